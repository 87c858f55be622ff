"""Staff of every kind of organisation tries every act on what owners wrote, with every right besides, in vain.

Through the actions, the pages, the API and the administration: the manufacturer's, a rival's, a dealer's, a workshop's
and a supplier's, each a moderator of everything with nine thousand points as well.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.core import serializers
from django.urls import reverse

from accounts.actions.tokens import make_token
from accounts.errors import Refusal
from accounts.rules.tokens import TokenScope
from tests.builders.accounts import (
    NOW,
    make_moderator,
    make_organisation,
    make_owned_product,
    make_professional,
    make_role,
)
from tests.builders.products import a_make, a_year, make_diagnostic
from tests.builders.wiki import (
    draft_of_a_test,
    fix_draft,
    make_comment,
    make_diagnostic_test,
    make_filing,
    make_fix,
    make_issue,
    make_link,
    make_outcome,
    make_problem,
    make_proof,
    make_regular,
    make_remedy,
    outcome_draft,
    photo_file,
    problem_draft,
)
from wiki import actions
from wiki.actions import (
    comments,
    diagnosis,
    diagnostics,
    filings,
    fixes,
    flags,
    outcomes,
    photos,
    problems,
    proofs,
    votes,
)
from wiki.actions import sightings as sighting_acts
from wiki.actions.official_answers import answer_problem, reply_to_outcome
from wiki.models import Comment, DiagnosticLink, DiagnosticTest, Fix, Outcome, Photo, Problem, Revision, Sighting
from wiki.permissions import console_of, refusal_to_handle_issue
from wiki.queries.plan import plan_for
from wiki.queries.reader import Reader

pytestmark = pytest.mark.django_db
# Which organisation tries, and which acts add a post of its own: these are its right, and tested where they live.
WHO = {
    "the manufacturer": set(),
    "a rival": {"propose_fix", "record_outcome"},
    "a dealer": {"propose_fix", "record_outcome", "stand_behind_test", "cast_vote"},
    "a workshop": {"propose_fix", "record_outcome", "stand_behind_test", "cast_vote"},
    "a supplier": {"propose_fix", "record_outcome"},
}
OWNERS_WORDS = (Problem, Fix, Comment, Outcome, Photo, DiagnosticTest, DiagnosticLink, Sighting, Revision)


def make_one_of(who):
    """Staff of an organisation of this kind, experienced and moderator of everything too."""
    scope = [a_make(name="Volvo")] if who == "a rival" else [a_make()]
    kinds = {"a dealer": "dealer", "a workshop": "workshop", "a supplier": "supplier"}
    house = make_organisation(kind=kinds.get(who, "manufacturer"), name=f"House of {who}", scope=scope)
    staff = make_professional(product=scope[0], organisation=house, reputation=9000)
    make_role(member=staff)
    return staff


@pytest.fixture(params=WHO)
def world(request):
    """An owner's posts of every kind, and staff of an organisation with a stake in their product."""
    owner = make_regular(username="owner")
    problem = make_problem(author=owner, product=a_year())
    fix = make_fix(problem=problem, author=owner)
    diagnostic = make_diagnostic(products=[a_make()])
    outcome = make_outcome(fix=fix, member=owner, result="failed")
    staff = make_one_of(request.param)
    flag = flags.flag_post(post=problem, reason="advertising", actor=make_regular(), now=NOW)
    return {
        "who": request.param,
        "owner": owner,
        "staff": staff,
        "problem": problem,
        "fix": fix,
        "comment": make_comment(on=problem, author=owner),
        "outcome": outcome,
        "test": make_diagnostic_test(problem=problem, author=owner),
        "photo": photos.add_photo(post=problem, upload=photo_file(), caption="", actor=owner, now=NOW),
        "link": make_link(problem=problem, diagnostic=diagnostic),
        "filing": make_filing(problem=problem, member=owner),
        "sighting": sighting_acts.report_sighting(problem=problem, product=a_year(), actor=owner, now=NOW),
        "flag": flag,
        "proof": make_proof(owned=make_owned_product(member=owner, product=a_year())),
        "remedy": make_remedy(diagnostic=diagnostic),
    }


def written():
    """Everything that owners wrote, as it is stored."""
    return {model: serializers.serialize("json", model.objects.order_by("pk")) for model in OWNERS_WORDS}


def tries(world):
    """Each act by which a post is changed, moved, hidden or taken away."""
    its = {"actor": world["staff"], "now": NOW}
    problem, fix, outcome, test = world["problem"], world["fix"], world["outcome"], world["test"]
    return {
        "edit_problem": lambda: problems.edit_problem(
            problem=problem, draft=problem_draft(title="All is well"), base_version=1, **its
        ),
        "restore_problem_revision": lambda: problems.restore_problem_revision(
            problem=problem, number=1, base_version=1, **its
        ),
        "delete_problem": lambda: problems.delete_problem(problem=problem, **its),
        "propose_fix": lambda: fixes.propose_fix(problem=problem, draft=fix_draft(title="Buy a new one"), **its),
        "edit_fix": lambda: fixes.edit_fix(fix=fix, draft=fix_draft(title="Don't"), base_version=1, **its),
        "restore_fix_revision": lambda: fixes.restore_fix_revision(fix=fix, number=1, base_version=1, **its),
        "delete_fix": lambda: fixes.delete_fix(fix=fix, **its),
        "edit_comment": lambda: comments.edit_comment(comment=world["comment"], body="Fine", base_version=1, **its),
        "delete_comment": lambda: comments.delete_comment(comment=world["comment"], **its),
        "record_outcome": lambda: outcomes.record_outcome(
            remedy=world["remedy"], draft=outcome_draft(product=a_year()), **its
        ),
        "edit_outcome": lambda: outcomes.edit_outcome(
            outcome=outcome, draft=outcome_draft(product=a_year()), base_version=1, **its
        ),
        "withdraw_outcome": lambda: outcomes.withdraw_outcome(outcome=outcome, **its),
        "mark_came_back": lambda: outcomes.mark_came_back(outcome=outcome, on=NOW.date(), **its),
        "judge_outcome": lambda: outcomes.judge_outcome(outcome=outcome, tier="unverified", has_evidence=False, **its),
        "edit_test": lambda: diagnosis.edit_test(test=test, draft=draft_of_a_test(how="No"), base_version=1, **its),
        "restore_test_revision": lambda: diagnosis.restore_test_revision(test=test, number=1, base_version=1, **its),
        "delete_test": lambda: diagnosis.delete_test(test=test, **its),
        "stand_behind_test": lambda: diagnosis.stand_behind_test(test=test, **its),
        "remove_photo": lambda: photos.remove_photo(photo=world["photo"], **its),
        "unlink_diagnostic": lambda: diagnostics.unlink_diagnostic(link=world["link"], **its),
        "decide_flag": lambda: flags.decide_flag(flag=world["flag"], uphold=True, **its),
        "undo_filing": lambda: filings.undo_filing(filing=world["filing"], **its),
        "withdraw_sighting": lambda: sighting_acts.withdraw_sighting(sighting=world["sighting"], **its),
        "cast_vote": lambda: votes.cast_vote(post=fix, value=-1, reason="unclear", **its),
        "accept_proof": lambda: proofs.accept_proof(proof=world["proof"], plate_end="", **its),
        "refuse_proof": lambda: proofs.refuse_proof(proof=world["proof"], reason="unclear", **its),
    }


# Acts that add something of the actor's own or concern nobody's words; each with where it is tested instead.
ADDS_ONLY = {
    *("ask_problem", "ask_problem_from", "file_sightings", "write_comment", "add_test", "add_photo", "link_diagnostic"),
    *("report_sighting", "report_unassigned", "begin_trial", "stop_asking", "flag_post", "retract_vote"),
    *("answer_problem", "reply_to_outcome", "show_possession", "show_evidence", "take_back_proof", "relapse"),
}


def test_every_act_is_tried_or_known_to_add_only(world):
    known = set(tries(world)) | ADDS_ONLY
    unknown = []
    modules = {path.stem for path in Path(actions.__file__).parent.glob("*.py")}
    tested = {"problems", "fixes", "comments", "outcomes", "diagnosis", "photos", "diagnostics", "flags", "filings"}
    tested |= {"sightings", "votes", "proofs", "trials", "official_answers"}
    assert tested <= modules
    for module in tested:
        tree = ast.parse((Path(actions.__file__).parent / f"{module}.py").read_text())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                takes_actor = any(argument.arg == "actor" for argument in node.args.kwonlyargs)
                if takes_actor and node.name not in known:
                    unknown.append(f"{module}.{node.name}")
    assert unknown == []


def test_staff_with_every_other_right_changes_no_owners_word(world):
    before = written()
    went_through = []
    for name, act in tries(world).items():
        if name in WHO[world["who"]]:
            continue
        try:
            act()
        except Refusal:
            continue
        went_through.append(name)

    assert went_through == []
    assert written() == before


def test_the_pages_the_api_and_the_administration_let_nothing_through_either(world, client):
    before = written()
    staff, problem, fix, comment = world["staff"], world["problem"], world["fix"], world["comment"]
    client.force_login(staff)
    answers = [
        client.post(reverse(f"wiki:{name}", args=args), said).status_code
        for name, args, said in (
            ("problem-edit", [problem.pk], {"title": "All is well", "symptom": "None", "base_version": 1}),
            ("problem-delete", [problem.pk], {}),
            ("problem-diagnostics", [problem.pk], {"unlink": world["link"].pk}),
            ("fix-edit", [fix.pk, fix.slug], {"title": "Don't", "steps": "Nothing", "base_version": 1}),
            ("fix-delete", [fix.pk, fix.slug], {}),
            ("comment-edit", [comment.pk], {"body": "Fine", "base_version": 1}),
            ("comment-delete", [comment.pk], {}),
            ("moderation-decide", [world["flag"].pk], {"decision": "uphold"}),
            ("proof-decide", [world["proof"].pk], {"decision": "accept"}),
            ("flag", ["fix", fix.pk], {"reason": "dangerous", "note": "Buy a new one."}),
        )
    ]
    assert set(answers) <= {200, 302, 403}

    admins = [
        client.post(reverse(f"admin:wiki_{model}_change", args=[post.pk]), {"title": "x", "tier": "professional"})
        for model, post in (("problem", problem), ("fix", fix), ("comment", comment), ("outcome", world["outcome"]))
    ]
    assert {answer.status_code for answer in admins} <= {302, 403}
    house = staff.memberships.get().organisation
    for act in ("change", "delete"):
        own = client.post(reverse(f"admin:accounts_organisation_{act}", args=[house.pk]), {"post": "yes"})
        assert own.status_code == 403
    assert house.scopes.exists()

    token = make_token(member=staff, name="all", scopes=list(TokenScope), now=NOW).text
    bearer = {"Authorization": f"Bearer {token}"}
    withdrawn = client.delete(f"/api/v1/outcomes/{world['outcome'].pk}", headers=bearer)
    assert withdrawn.status_code == 403

    assert written() == before
    fix.refresh_from_db()
    assert not fix.is_dangerous


def test_a_moderator_with_a_stake_reads_no_console_of_another_and_acts_on_no_issue(world, client):
    maker = make_organisation(kind="manufacturer", name="Of Land Rover", scope=[a_make()])
    issue = make_issue(product=a_year())
    assert console_of(make_moderator(), maker).reads
    assert refusal_to_handle_issue(make_moderator(), issue) is None

    assert not console_of(world["staff"], maker).reads
    own = world["who"] == "the manufacturer"
    assert (refusal_to_handle_issue(world["staff"], issue) is None) == own


def test_the_owners_flag_for_danger_warns_at_once_where_theirs_does_not(world):
    with pytest.raises(Refusal):
        flags.flag_post(post=world["fix"], reason="dangerous", actor=world["staff"], now=NOW)
    flagged = flags.flag_post(post=world["fix"], reason="harmful", actor=world["staff"], now=NOW)
    world["fix"].refresh_from_db()
    assert world["fix"].state == "published"
    assert flagged.organisation.name == f"House of {world['who']}"

    flags.flag_post(post=world["fix"], reason="dangerous", actor=make_regular(), now=NOW)
    world["fix"].refresh_from_db()
    assert world["fix"].is_dangerous


def test_they_vote_neither_on_their_colleagues_posts_nor_on_a_rivals(world):
    voter = world["staff"]
    kind = "workshop" if world["who"] in ("a dealer", "a workshop") else "manufacturer"
    there = a_make(name="Volvo") if kind == "manufacturer" else a_make()
    rival = make_professional(
        product=there, organisation=make_organisation(kind=kind, name="Another house", scope=[there])
    )
    colleague = make_professional(product=there, organisation=voter.memberships.get().organisation)
    for author in (rival, colleague):
        remark = make_comment(on=world["problem"], author=author)
        with pytest.raises(Refusal):
            votes.cast_vote(post=remark, value=1, actor=voter, now=NOW)
        remark.refresh_from_db()
        assert remark.score == 0

    may = world["who"] in ("a dealer", "a workshop")
    if may:
        assert votes.cast_vote(post=world["comment"], value=1, actor=voter, now=NOW)
    else:
        with pytest.raises(Refusal):
            votes.cast_vote(post=world["comment"], value=1, actor=voter, now=NOW)


def test_the_owner_may_do_what_staff_may_not(world):
    edited = comments.edit_comment(
        comment=world["comment"], body="Still so.", base_version=1, actor=world["owner"], now=NOW
    )

    assert edited.body == "Still so."


def test_an_answer_and_a_reply_leave_the_plan_as_it_is_to_the_byte(world):
    def plan():
        rows = plan_for(
            Problem.objects.select_related("product", "component").get(pk=world["problem"].pk), Reader(), now=NOW
        ).rows
        return repr([(row.key, row.rank, row.q, row.low, row.high, row.cost, row.saving, row.state) for row in rows])

    if world["who"] != "the manufacturer":
        for say, on in (
            (answer_problem, {"problem": world["problem"]}),
            (reply_to_outcome, {"outcome": world["outcome"]}),
        ):
            with pytest.raises(Refusal):
                say(**on, body="Come to us.", actor=world["staff"], now=NOW)
        return
    before = plan()
    answer_problem(problem=world["problem"], body="Replace the computer first.", actor=world["staff"], now=NOW)
    reply_to_outcome(outcome=world["outcome"], body="It does work.", actor=world["staff"], now=NOW)

    assert plan() == before
