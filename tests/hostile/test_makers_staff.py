"""A manufacturer's staff tries every act on what owners wrote, with every other right besides, and changes nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.core import serializers

from accounts.errors import Refusal
from tests.builders.accounts import NOW, make_organisation, make_owned_product, make_role, make_staff
from tests.builders.products import a_make, a_year, make_diagnostic
from tests.builders.wiki import (
    draft_of_a_test,
    fix_draft,
    make_comment,
    make_diagnostic_test,
    make_filing,
    make_fix,
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
from wiki.queries.plan import plan_for
from wiki.queries.reader import Reader

pytestmark = pytest.mark.django_db
OWNERS_WORDS = (Problem, Fix, Comment, Outcome, Photo, DiagnosticTest, DiagnosticLink, Sighting, Revision)


@pytest.fixture
def world():
    """An owner's posts of every kind, and staff of their manufacturer who is moderator and experienced too."""
    owner = make_regular(username="owner")
    problem = make_problem(author=owner, product=a_year())
    fix = make_fix(problem=problem, author=owner)
    diagnostic = make_diagnostic(products=[a_make()])
    outcome = make_outcome(fix=fix, member=owner, result="failed")
    staff = make_staff(
        product=a_make(),
        organisation=make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()]),
        reputation=9000,
    )
    make_role(member=staff)
    flag = flags.flag_post(post=problem, reason="advertising", actor=make_regular(), now=NOW)
    return {
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
    before = {model: serializers.serialize("json", model.objects.order_by("pk")) for model in OWNERS_WORDS}
    went_through = []
    for name, act in tries(world).items():
        try:
            act()
        except Refusal:
            continue
        went_through.append(name)

    assert went_through == []
    after = {model: serializers.serialize("json", model.objects.order_by("pk")) for model in OWNERS_WORDS}
    assert after == before


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

    before = plan()
    answer_problem(problem=world["problem"], body="Replace the computer first.", actor=world["staff"], now=NOW)
    reply_to_outcome(outcome=world["outcome"], body="It does work.", actor=world["staff"], now=NOW)

    assert plan() == before
