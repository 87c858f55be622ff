"""A manufacturer publishes, revises and supersedes official diagnostics within its scope."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from products.actions.official_diagnostics import CoveredRange
from products.errors import NumberTaken
from tests.builders.accounts import NOW, make_moderator, make_organisation, make_staff
from tests.builders.products import a_make, a_year, make_diagnostic, make_import_run
from tests.builders.wiki import make_link, make_problem
from tests.html import read
from wiki.actions.official_publishing import OfficialDraft, publish_official, revise_official, supersede_official
from wiki.errors import EditConflict, NotAllowed
from wiki.models import DiagnosticLink, Problem
from wiki.queries.plan import plan_for
from wiki.queries.reader import Reader

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def maker():
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


@pytest.fixture
def staff(maker):
    return make_staff(product=a_make(), organisation=maker)


def draft(*, product=None, **fields):
    ranges = (CoveredRange(product or a_make()),)
    return OfficialDraft(
        **{"kind": "procedure", "title": "Test the switch", "remedy_title": "Test the switch", "ranges": ranges}
        | fields
    )


def published(maker, staff, number="LR-2", **fields):
    return publish_official(organisation=maker, number=number, draft=draft(**fields), actor=staff, now=NOW)


def test_what_is_published_carries_the_makers_name_and_who_did_it(maker, staff):
    diagnostic = published(maker, staff)

    assert (diagnostic.publisher, diagnostic.acts.get().member) == ("Land Rover", staff)
    with pytest.raises(NumberTaken):
        published(maker, staff)


def test_what_was_done_is_never_changed_and_goes_only_with_an_import(maker, staff):
    diagnostic = published(maker, staff)
    act = diagnostic.acts.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        type(act).objects.filter(pk=act.pk).update(summary="nothing at all")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act.delete()

    type(diagnostic).objects.filter(pk=diagnostic.pk).update(created_by_run=make_import_run())
    act.delete()


def test_its_page_leads_to_what_was_done_to_it(maker, staff, client):
    mine, imported = published(maker, staff), make_diagnostic(products=[a_year()])
    link = read(client.get(mine.get_absolute_url())).one("history")
    assert "Land Rover" in read(client.get(link.attribute("href"))).text
    assert not read(client.get(imported.get_absolute_url())).has("history")


def test_nothing_beyond_the_scope_and_by_nobody_else(maker, staff):
    jeep = a_make(name="Jeep")
    with pytest.raises(NotAllowed):
        published(maker, staff, product=jeep)
    for other in (make_moderator(), make_staff(product=jeep)):
        with pytest.raises(NotAllowed):
            published(maker, other, number="LR-3")


def test_a_revision_keeps_what_was_said_and_a_late_one_shows_both(maker, staff):
    diagnostic = published(maker, staff)
    say = {"organisation": maker, "diagnostic": diagnostic, "base_version": 1, "actor": staff, "now": NOW}
    revised = revise_official(draft=draft(action="Read the signal first."), **say)

    with pytest.raises(EditConflict) as conflict:
        revise_official(draft=draft(action="Condemn the module."), **say)

    assert conflict.value.theirs["action"] == "Read the signal first."
    assert conflict.value.mine["action"] == "Condemn the module."
    assert (revised.version, [act.content["action"] for act in revised.acts.order_by("pk")]) == (
        2,
        ["", "Read the signal first."],
    )


def test_the_old_one_stands_in_the_plan_until_the_day_and_the_new_from_then_on(maker, staff):
    problem = make_problem(product=a_year())
    old = make_diagnostic(products=[a_make()], number="LR-1")
    make_link(problem=problem, diagnostic=old)
    new = published(maker, staff, effective_from=(NOW + 10 * DAY).date())
    on = (NOW + 10 * DAY).date()
    supersede_official(organisation=maker, diagnostic=old, by=new, on=on, actor=staff, now=NOW)

    def in_force(now):
        found = Problem.objects.select_related("product", "component").get(pk=problem.pk)
        return {
            item.remedy.diagnostic.number: item.weighable.in_force for item in plan_for(found, Reader(), now=now).items
        }

    assert DiagnosticLink.objects.filter(problem=problem).count() == 2
    assert in_force(NOW) == {"LR-1": True, "LR-2": False}
    assert in_force(NOW + 10 * DAY) == {"LR-1": False, "LR-2": True}


def test_a_recall_is_superseded_by_a_recall_only(maker, staff):
    recall = make_diagnostic(products=[a_make()], kind="recall")
    new = published(maker, staff)

    with pytest.raises(NotAllowed):
        supersede_official(organisation=maker, diagnostic=recall, by=new, on=NOW.date(), actor=staff, now=NOW)


def test_the_pages_publish_refuse_and_show_the_history(maker, staff):
    client = Client()
    client.force_login(staff)
    base = f"/brand/{maker.slug}/official/"
    typed = {"number": "LR-9", "kind": "procedure", "title": "T", "remedy_title": "R", "remedy_currency": "USD"}

    refused = client.post(f"{base}new/", typed | {"covered": "no such thing"})
    assert "Line 1" in read(refused).one("official-form").text
    assert client.post(f"{base}new/", typed | {"covered": a_make().path}).status_code == 302
    assert "LR-9" in read(client.get(base)).one("official-entry").text
    diagnostic = maker.official_acts.get().diagnostic
    assert "Published by Land Rover" in read(Client().get(f"{base}{diagnostic.pk}/history/")).one("act").text
    assert Client().get(base).status_code == 404
