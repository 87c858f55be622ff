"""The public page of an organisation: everything that it did here, and its badge on what it wrote."""

import csv
import datetime
import io
import json

import lxml.etree
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation, OrganisationClaim
from tests.builders.accounts import NOW, make_membership, make_moderator, make_organisation, make_professional
from tests.builders.products import a_make, a_model, make_diagnostic
from tests.builders.wiki import (
    fix_draft,
    make_comment,
    make_diagnostic_test,
    make_fix,
    make_outcome,
    make_problem,
    make_regular,
)
from tests.html import read
from wiki.actions.fixes import edit_fix
from wiki.actions.flags import decide_flag, flag_post
from wiki.actions.official_answers import answer_problem, reply_to_outcome
from wiki.models import Comment, Fix, OfficialAct, Outcome, Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop():
    return make_organisation(name="Torque & Sons", scope=[a_model()], domain="torque.example", place="Leeds")


@pytest.fixture
def max_(workshop):
    """Its mechanic, who has done one of everything that a workshop does."""
    mechanic = make_professional(product=a_model(), organisation=workshop, username="max", reputation=1500)
    problem = make_problem(author=mechanic, title="Brake lights stay on in the wet")
    fix = make_fix(author=mechanic, problem=problem, title="Dry the switch")
    edit_fix(fix=fix, draft=fix_draft(title="Dry the switch well"), base_version=1, actor=mechanic, now=NOW)
    make_diagnostic_test(problem=problem, author=mechanic)
    make_comment(on=problem, author=mechanic)
    make_outcome(member=mechanic, product=problem.product, job_number="J-4711", note="Dry since.")
    post = make_comment()
    flag = flag_post(post=post, reason="advertising", actor=mechanic, now=NOW)
    decide_flag(flag=flag, uphold=True, actor=make_moderator(), now=NOW)
    return mechanic


def address(organisation):
    return organisation.get_absolute_url()


def kinds(page):
    return [deed.attribute("data-kind") for deed in page.all("deed")]


def test_everything_that_a_workshop_did_stands_there_once_and_no_job_number(client, workshop, max_):
    answer = client.get(address(workshop))
    page = read(answer)

    assert page.headings[0] == (1, "Torque & Sons")
    assert page.one("proof").text == "by a moderator"
    assert sorted(kinds(page)) == ["comment", "edit", "fix", "outcome", "problem", "report", "test"]
    assert "It worked" in page.one("by-result").text
    assert "Advertising or spam 1, 1 upheld" in page.one("reports").text
    assert page.one("members").text == "People max"
    assert page.one("scope").text == "Works on Land Rover Range Rover"
    (report,) = [deed for deed in page.all("deed") if deed.attribute("data-kind") == "report"]
    assert "a comment as advertising or spam: upheld" in report.text
    assert "max" not in report.text
    assert not report.links
    assert "“Same here, since last winter.”" in next(
        deed.text for deed in page.all("deed") if deed.attribute("data-kind") == "comment"
    )
    assert b"4711" not in answer.content


def test_it_says_how_the_domain_was_shown(client, workshop):
    OrganisationClaim.objects.create(
        claimant=make_regular(),
        purpose="claim",
        organisation=workshop,
        kind="workshop",
        name=workshop.name,
        domain="torque.example",
        state="accepted",
        proof="mail",
        claimed_at=NOW,
        decided_at=NOW,
    )

    assert read(client.get(address(workshop))).one("proof").text == "by a mail to its domain and a moderator"


def test_its_list_is_filtered_paged_and_a_feed(client, workshop, max_):
    only = read(client.get(f"{address(workshop)}?kind=outcome"))
    assert kinds(only) == ["outcome"]
    assert kinds(read(client.get(f"{address(workshop)}?kind=nonsense&year=soon&page=99")))
    earlier = read(client.get(f"{address(workshop)}?year=2019"))
    assert kinds(earlier) == []

    atom = client.get(f"{address(workshop)}?format=atom&kind=fix")
    assert atom["Content-Type"].startswith("application/atom+xml")
    assert len(lxml.etree.fromstring(atom.content).xpath("//*[local-name()='entry']")) == 1
    assert json.loads(client.get(f"{address(workshop)}?format=json&kind=report").content)["items"][0]["_fixlore"] == {
        "kind": "report",
        "product": "",
        "said": "upheld",
        "by": "",
        "demonstration": "",
    }
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address(workshop)}?format=csv").content.decode())))
    assert len(rows) == 7
    assert client.get(f"/org/{make_organisation(is_verified=False).slug}/?format=csv").status_code == 404


def test_a_manufacturers_answers_replies_and_diagnostics_stand_there(client):
    maker = make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])
    staff = make_professional(product=a_make(), organisation=maker, reputation=100)
    outcome = make_outcome()
    answer_problem(problem=outcome.remedy.fix.problem, body="We look.", actor=staff, now=NOW)
    reply_to_outcome(outcome=outcome, body="Thank you.", actor=staff, now=NOW)
    for kind in ("published", "superseded"):
        OfficialAct.objects.create(
            organisation=maker, diagnostic=make_diagnostic(), kind=kind, version=1, content={}, created_at=NOW
        )

    found = read(client.get(address(maker)))

    assert sorted(kinds(found)) == ["answer", "published", "reply", "superseded"]


def test_what_is_hidden_or_stands_on_something_hidden_is_not_there(client, workshop, max_):
    Problem.objects.update(state="hidden")
    assert kinds(read(client.get(address(workshop)))) == ["report"]
    Problem.objects.update(state="published")
    Fix.objects.update(state="deleted")
    Comment.objects.update(state="hidden")
    assert sorted(kinds(read(client.get(address(workshop))))) == ["problem", "report", "test"]


def queries(client, page):
    """How many queries a page costs, but for the rules of the community, which are read again after a while."""
    with CaptureQueriesContext(connection) as caught:
        client.get(page)
    return sum("communityrule" not in query["sql"] for query in caught)


def test_the_page_costs_the_same_however_much_was_done(client, workshop, max_):
    few = queries(client, address(workshop))
    for _ in range(2):
        fix = make_fix(author=max_, problem=make_problem(author=max_))
        make_comment(on=fix, author=max_)
        make_outcome(member=max_, fix=make_fix(), job_number="J")
    assert queries(client, address(workshop)) <= few <= 18


def test_who_leaves_keeps_the_badge_on_what_was_written_then_and_gets_none_later(client, workshop, max_):
    Membership.objects.filter(member=max_).update(until=NOW - datetime.timedelta(minutes=1))
    max_ = type(max_).objects.get(pk=max_.pk)
    problem = Problem.objects.get(author=max_)
    make_comment(on=problem, author=max_, body="Written later.", now=NOW)

    page = read(client.get(problem.get_absolute_url()))

    by_words = {"Written later" in comment.text: comment for comment in page.all("comment")}
    assert by_words[False].one("organisation-badge").text == "Torque & Sons workshop"
    assert not by_words[True].all("organisation-badge")
    assert len(page.all("organisation-badge")) == 3  # the problem, its test and the first comment
    fix = Fix.objects.get(author=max_)
    assert read(client.get(fix.get_absolute_url())).all("organisation-badge")
    history = read(client.get(f"/fix/{fix.pk}-{fix.slug}/history/"))
    assert [len(row.all("organisation-badge")) for row in history.all("revision")] == [1, 1]


def test_outcomes_carry_the_badge_and_a_withdrawn_verification_shows_none(client, workshop, max_):
    outcome = Outcome.objects.get(member=max_)
    page = f"{outcome.remedy.get_absolute_url()}outcomes/"
    assert read(client.get(page)).one("organisation-badge").text == "Torque & Sons workshop"
    assert read(client.get(outcome.remedy.get_absolute_url())).all("organisation-badge")

    Organisation.objects.update(verified_at=None)

    assert not read(client.get(page)).all("organisation-badge")
    assert not read(client.get(outcome.remedy.get_absolute_url())).all("organisation-badge")


def test_a_rivals_staff_is_labelled_too(client):
    problem = make_problem()
    volvo = make_organisation(kind="manufacturer", name="Volvo", scope=[a_make(name="Volvo")])
    insider = make_regular()
    make_membership(organisation=volvo, member=insider)
    make_comment(on=problem, author=insider)

    badge = read(client.get(problem.get_absolute_url())).one("comment").one("organisation-badge")

    assert badge.text == "Volvo manufacturer"
