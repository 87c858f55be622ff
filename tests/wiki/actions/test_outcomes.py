"""Recording, editing and withdrawing outcomes, and saying that it came back."""

import datetime
from decimal import Decimal

import pytest

from accounts.errors import PrivilegeMissing, Refusal
from tests.builders.accounts import (
    NOW,
    make_moderator,
    make_organisation,
    make_owned_product,
    make_professional,
    make_staff,
    make_user,
)
from tests.builders.products import a_category, a_make, a_year, make_diagnostic, make_product
from tests.builders.wiki import make_fix, make_outcome, make_problem, make_regular, make_remedy, outcome_draft
from wiki.actions.fixes import delete_fix
from wiki.actions.outcomes import edit_outcome, judge_outcome, mark_came_back, record_outcome, withdraw_outcome
from wiki.errors import (
    AlreadyReported,
    EditConflict,
    NotAllowed,
    NotYourProduct,
    OwnMake,
    PostGone,
    ResultCannotRelapse,
)
from wiki.models import Outcome

pytestmark = pytest.mark.django_db


def shown(member, **fields):
    """An owned product whose possession a moderator has seen."""
    return make_owned_product(member=member, product=a_year(), possession_shown_at=NOW, **fields)


def test_an_outcome_is_stored_with_its_first_revision_and_without_private_fields_in_it():
    member = make_regular()
    fix = make_fix()

    outcome = record_outcome(
        remedy=fix.remedy,
        draft=outcome_draft(product=a_year(), money=Decimal("64.50"), hours=Decimal("0.5"), note=" Done in the yard. "),
        actor=member,
        now=NOW,
    )

    assert (outcome.result, outcome.tier, outcome.money, outcome.note) == (
        "worked",
        "unverified",
        Decimal("64.50"),
        "Done in the yard.",
    )
    assert outcome.happened_on == NOW.date()
    content = outcome.revisions.get().content
    assert content["money"] == "64.50"
    assert "job_number" not in content
    assert "owned_product" not in content


def test_a_second_outcome_of_one_person_on_one_remedy_and_product_is_refused_with_the_first():
    member = make_regular()
    first = make_outcome(member=member)

    with pytest.raises(AlreadyReported) as caught:
        record_outcome(remedy=first.remedy, draft=outcome_draft(product=a_year()), actor=member, now=NOW)
    assert caught.value.outcome == first
    other_car = make_owned_product(member=member, product=a_year())
    assert record_outcome(remedy=first.remedy, draft=outcome_draft(owned_product=other_car), actor=member, now=NOW)


def test_an_owned_product_shown_to_a_moderator_makes_a_verified_owner():
    member = make_regular()
    remedy = make_fix().remedy
    unseen = make_owned_product(member=member, product=a_year())

    seen_one = record_outcome(remedy=remedy, draft=outcome_draft(owned_product=shown(member)), actor=member, now=NOW)
    other = record_outcome(remedy=remedy, draft=outcome_draft(owned_product=unseen), actor=member, now=NOW)

    assert (seen_one.tier, other.tier) == ("owner", "unverified")
    assert seen_one.product == a_year()


def test_a_professional_counts_with_a_job_number_and_on_the_products_of_their_workshop():
    remedy = make_fix().remedy
    professional = make_professional(product=a_make())
    elsewhere = make_professional(product=make_product(parent=a_category(), kind="make", name="Volvo"))
    unverified = make_professional(
        product=a_make(), organisation=make_organisation(scope=[a_make()], is_verified=False)
    )

    def tier(member, job_number):
        draft = outcome_draft(product=a_year(), job_number=job_number)
        return record_outcome(remedy=remedy, draft=draft, actor=member, now=NOW).tier

    assert tier(professional, "J-1") == "professional"
    assert tier(professional, "J-2") == "professional"
    assert tier(professional, "") == "unverified"
    assert tier(elsewhere, "J-1") == "unverified"
    assert tier(unverified, "J-1") == "unverified"


def test_one_job_number_counts_once_in_an_organisation():
    remedy = make_fix().remedy
    one = make_professional(product=a_make())
    colleague = make_professional(product=a_make(), organisation=one.memberships.get().organisation)
    draft = outcome_draft(product=a_year(), job_number="J-1")
    record_outcome(remedy=remedy, draft=draft, actor=one, now=NOW)

    with pytest.raises(AlreadyReported):
        record_outcome(remedy=remedy, draft=draft, actor=colleague, now=NOW)


def test_manufacturers_staff_do_not_report_on_their_own_products():
    remedy = make_remedy(diagnostic=make_diagnostic(products=[a_make()]))
    staff = make_staff(product=a_make())

    with pytest.raises(OwnMake):
        record_outcome(remedy=remedy, draft=outcome_draft(product=a_year()), actor=staff, now=NOW)
    volvo = make_product(parent=a_category(), kind="make", name="Volvo")
    assert record_outcome(remedy=remedy, draft=outcome_draft(product=volvo), actor=staff, now=NOW).pk


def test_an_outcome_on_somebody_elses_owned_product_is_refused():
    stranger = make_regular()
    theirs = make_owned_product(member=stranger, product=a_year())

    with pytest.raises(NotYourProduct):
        make_outcome(member=make_regular(), owned_product=theirs)
    assert make_outcome(member=stranger, owned_product=theirs).owned_product == theirs


def test_an_outcome_needs_the_privilege_and_a_remedy_that_stands():
    author = make_regular()
    fix = make_fix(author=author)
    with pytest.raises(PrivilegeMissing):
        make_outcome(fix=fix, member=make_user(reputation=0))
    delete_fix(fix=fix, actor=author, now=NOW)
    with pytest.raises(PostGone):
        make_outcome(fix=fix, member=make_regular())


def test_editing_keeps_what_was_said_and_a_conflict_is_refused():
    outcome = make_outcome()
    draft = outcome_draft(product=outcome.product, result="failed", note="Came on again the next day.")

    edited = edit_outcome(outcome=outcome, draft=draft, base_version=1, actor=outcome.member, now=NOW)

    assert (edited.result, edited.version) == ("failed", 2)
    assert [each.content["result"] for each in outcome.revisions.all()] == ["failed", "worked"]
    with pytest.raises(EditConflict):
        edit_outcome(
            outcome=outcome,
            draft=outcome_draft(product=outcome.product, result="partly"),
            base_version=1,
            actor=outcome.member,
            now=NOW,
        )
    with pytest.raises(NotAllowed):
        edit_outcome(outcome=outcome, draft=draft, base_version=2, actor=make_moderator(), now=NOW)


def test_a_report_that_changes_its_product_loses_the_tier_that_came_with_it():
    member = make_regular()
    outcome = make_outcome(member=member, owned_product=shown(member))
    assert outcome.tier == "owner"

    edited = edit_outcome(outcome=outcome, draft=outcome_draft(product=a_make()), base_version=1, actor=member, now=NOW)

    assert (edited.tier, edited.owned_product) == ("unverified", None)


def test_proof_seen_by_a_moderator_holds_for_the_result_it_was_shown_for():
    outcome = make_outcome()
    moderator = make_moderator()
    judge_outcome(outcome=outcome, tier="owner", has_evidence=True, actor=moderator, now=NOW)

    noted = edit_outcome(
        outcome=outcome,
        draft=outcome_draft(product=outcome.product, note="With a photo.", happened_on=outcome.happened_on),
        base_version=1,
        actor=outcome.member,
        now=NOW,
    )
    assert (noted.has_evidence, noted.tier) == (True, "owner")

    failed = edit_outcome(
        outcome=outcome,
        draft=outcome_draft(product=outcome.product, result="failed"),
        base_version=2,
        actor=outcome.member,
        now=NOW,
    )
    assert failed.has_evidence is False


def test_only_a_moderator_judges_the_proof_and_not_their_own():
    outcome = make_outcome()
    own = make_moderator()
    theirs = make_outcome(member=own)

    for actor, about in ((make_regular(), outcome), (own, theirs)):
        with pytest.raises(Refusal):
            judge_outcome(outcome=about, tier="owner", has_evidence=True, actor=actor, now=NOW)
    assert judge_outcome(outcome=outcome, tier="owner", has_evidence=True, actor=own, now=NOW).tier == "owner"


def test_a_withdrawn_outcome_counts_no_more_and_can_be_reported_again():
    outcome = make_outcome()
    withdraw_outcome(outcome=outcome, actor=outcome.member, now=NOW)

    assert not Outcome.objects.counted().filter(pk=outcome.pk).exists()
    with pytest.raises(NotAllowed):
        withdraw_outcome(outcome=make_outcome(), actor=outcome.member, now=NOW)
    again = record_outcome(
        remedy=outcome.remedy,
        draft=outcome_draft(product=outcome.product, result="failed"),
        actor=outcome.member,
        now=NOW,
    )
    assert (again.pk, again.result, again.version) == (outcome.pk, "failed", 2)


def test_a_success_can_come_back_and_a_failure_can_not():
    worked = make_outcome()
    failed = make_outcome(result="failed")
    on = datetime.date(2026, 11, 20)

    back = mark_came_back(outcome=worked, on=on, actor=worked.member, now=NOW)

    assert (back.came_back_on, back.version) == (on, 2)
    assert back.revisions.first().summary == "It came back"
    with pytest.raises(ResultCannotRelapse):
        mark_came_back(outcome=failed, on=on, actor=failed.member, now=NOW)
    with pytest.raises(ResultCannotRelapse):
        mark_came_back(outcome=worked, on=on, actor=worked.member, now=NOW)


def test_remedies_changed_at_the_same_time_are_kept_without_the_remedy_itself():
    problem = make_problem()
    fix, other = make_fix(problem=problem), make_fix(problem=problem, title="Replace the battery")

    outcome = make_outcome(fix=fix, also_remedies=(fix.remedy, other.remedy))

    assert list(outcome.also_remedies.all()) == [other.remedy]
    assert outcome.revisions.get().content["also_remedies"] == [other.remedy.pk]


def ledger(member):
    """The standing events of a member."""
    return sorted(
        (event.event, event.points)
        for event in member.reputation_events.filter(reverses=None, reversed_by=None).exclude(cause="opening")
    )


def test_the_reporter_is_paid_for_any_result_and_the_author_for_a_success_by_others():
    author, member = make_regular(), make_regular()
    fix = make_fix(author=author)

    outcome = make_outcome(fix=fix, member=member, owned_product=shown(member))

    assert ledger(member) == [("outcome_reported", 3)]
    assert ledger(author) == [("owner_confirmed", 15)]
    failed = edit_outcome(
        outcome=outcome,
        draft=outcome_draft(owned_product=outcome.owned_product, result="failed"),
        base_version=1,
        actor=member,
        now=NOW,
    )
    assert ledger(member) == [("outcome_reported", 3)]
    assert ledger(author) == []
    withdraw_outcome(outcome=failed, actor=member, now=NOW)
    assert ledger(member) == []


def test_a_professional_confirms_for_more_and_evidence_pays_the_reporter():
    author, professional = make_regular(), make_professional(product=a_make())
    outcome = make_outcome(fix=make_fix(author=author), member=professional, job_number="J-1")
    judge_outcome(outcome=outcome, tier="professional", has_evidence=True, actor=make_moderator(), now=NOW)

    assert ledger(author) == [("professional_confirmed", 25)]
    assert ledger(professional) == [("evidence_added", 5), ("outcome_reported", 3)]


def test_nobody_is_paid_for_their_own_fix_or_their_colleagues():
    author = make_professional(product=a_make())
    colleague = make_professional(product=a_make(), organisation=author.memberships.get().organisation)
    fix = make_fix(author=author)

    make_outcome(fix=fix, member=author)
    make_outcome(fix=fix, member=colleague, job_number="J-1")

    assert ledger(author) == []


def test_a_relapse_takes_the_authors_points_back():
    author, member = make_regular(), make_regular()
    outcome = make_outcome(fix=make_fix(author=author), member=member, owned_product=shown(member))

    mark_came_back(outcome=outcome, on=NOW.date(), actor=member, now=NOW)

    assert ledger(author) == []
    assert ledger(member) == [("outcome_reported", 3)]


def test_not_tried_is_recorded_and_pays_nothing():
    member = make_regular()

    outcome = make_outcome(member=member, result="not_tried")

    assert outcome.pk
    assert ledger(member) == []
