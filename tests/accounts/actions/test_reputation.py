"""The ledger only grows, the score is its sum, and nobody pays themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from accounts.actions.reputation import award, rebuild_reputation, reverse, reverse_cause
from accounts.errors import AlreadyReversed
from accounts.models import ReputationEvent, User
from accounts.queries.reputation import wrong_scores
from tests.builders.accounts import NOW, make_membership, make_organisation, make_professional, make_staff, make_user

Event = ReputationEvent.Event


def give(member, event=Event.FIX_VOTED_UP, *, actor, cause="vote:1", product=None, now=NOW):
    return award(member=member, event=event, cause=cause, actor=actor, product=product, now=now)


@pytest.fixture
def author(db):
    return make_user(username="author")


@pytest.fixture
def voter(db):
    return make_user(username="voter")


def stored(user):
    return User.objects.get(pk=user.pk).reputation


@pytest.mark.parametrize(
    ("event", "points"),
    [
        (Event.FIX_VOTED_UP, 10),
        (Event.PROBLEM_VOTED_UP, 5),
        (Event.OWNER_CONFIRMED, 15),
        (Event.PROFESSIONAL_CONFIRMED, 25),
        (Event.POST_VOTED_DOWN, -2),
        (Event.DANGEROUS_UPHELD, -50),
        (Event.SPAM_CONFIRMED, -100),
    ],
)
def test_an_event_caused_by_somebody_else_brings_its_points(author, voter, event, points):
    row = give(author, event, actor=voter)

    assert row.points == points
    assert stored(author) == max(1, points)
    assert author.reputation == stored(author)


@pytest.mark.parametrize(
    ("event", "points"), [(Event.OUTCOME_REPORTED, 3), (Event.EVIDENCE_ADDED, 5), (Event.VOTED_DOWN, -1)]
)
def test_what_a_member_does_themselves_brings_its_points(author, event, points):
    assert give(author, event, actor=author).points == points


def test_nobody_earns_points_from_themselves(author):
    assert give(author, actor=author) is None
    assert stored(author) == 1


def test_an_outcome_without_an_account_brings_no_points(author):
    assert give(author, Event.OWNER_CONFIRMED, actor=None) is None


def test_nobody_earns_points_from_their_own_organisation(tree, author):
    workshop = make_organisation(scope=[tree.cars])
    make_membership(organisation=workshop, member=author)
    colleague = make_professional(product=tree.cars, organisation=workshop)
    stranger = make_professional(product=tree.cars)

    assert give(author, Event.PROFESSIONAL_CONFIRMED, actor=colleague) is None
    assert give(author, Event.PROFESSIONAL_CONFIRMED, actor=stranger).points == 25


def test_manufacturers_staff_gives_no_points_on_its_own_products(tree, author):
    staff = make_staff(product=tree.land_rover)

    assert give(author, actor=staff, product=tree.range_rover) is None
    assert give(author, actor=staff, product=tree.bicycles).points == 10


def test_the_same_cause_pays_once(author, voter):
    give(author, actor=voter)

    assert give(author, actor=voter) is None
    assert stored(author) == 10


def test_points_from_votes_stop_at_the_daily_cap_and_begin_again_at_midnight_utc(author, voter):
    for number in range(25):
        give(author, actor=voter, cause=f"vote:{number}")
    assert stored(author) == 200

    assert give(author, Event.OWNER_CONFIRMED, actor=voter).points == 15, "confirmations stand outside the cap"
    before_midnight = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    assert give(author, actor=voter, cause="vote:90", now=before_midnight).points == 0
    assert give(author, actor=voter, cause="vote:91", now=before_midnight + timedelta(minutes=2)).points == 10


def test_a_vote_over_the_cap_brings_what_is_left_of_it(author, voter):
    for number in range(19):
        give(author, actor=voter, cause=f"vote:{number}")
    give(author, Event.PROBLEM_VOTED_UP, actor=voter, cause="vote:50")

    assert give(author, actor=voter, cause="vote:51").points == 5


def test_the_score_never_falls_below_the_floor_while_the_ledger_keeps_the_truth(author, voter):
    give(author, Event.POST_VOTED_DOWN, actor=voter)
    assert stored(author) == 1

    give(author, actor=voter)
    assert stored(author) == 8


def test_undoing_adds_the_opposite_row_and_happens_once(author, voter):
    row = give(author, actor=voter)
    opposite = reverse(event=row, actor=voter, now=NOW)

    assert (opposite.points, opposite.reverses) == (-10, row)
    assert stored(author) == 1
    with pytest.raises(AlreadyReversed):
        reverse(event=row, actor=voter, now=NOW)
    with pytest.raises(AlreadyReversed):
        reverse(event=opposite, actor=voter, now=NOW)
    assert ReputationEvent.objects.count() == 2


def test_undoing_a_cause_undoes_it_for_everybody_and_the_cause_may_pay_again(author, voter):
    give(author, Event.POST_VOTED_DOWN, actor=voter)
    give(voter, Event.VOTED_DOWN, actor=voter)

    assert len(reverse_cause(cause="vote:1", actor=voter, now=NOW)) == 2
    assert reverse_cause(cause="vote:1", actor=voter, now=NOW) == []
    assert give(author, Event.POST_VOTED_DOWN, actor=voter).points == -2


def test_the_database_refuses_to_change_or_delete_a_row_of_the_ledger(author, voter):
    row = give(author, actor=voter)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReputationEvent.objects.filter(pk=row.pk).update(points=1000)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReputationEvent.objects.filter(pk=row.pk)._raw_delete("default")
    assert ReputationEvent.objects.get().points == 10


def test_a_wrong_score_is_found_and_put_right(author, voter, capsys):
    give(author, actor=voter)
    call_command("check_reputation")
    User.objects.filter(pk=author.pk).update(reputation=999)

    assert [(score.member_id, score.stored, score.due) for score in wrong_scores()] == [(author.pk, 999, 10)]
    with pytest.raises(CommandError, match="Wrong scores: 1"):
        call_command("check_reputation")
    call_command("rebuild_reputation")
    assert stored(author) == 10
    call_command("check_reputation")
    assert rebuild_reputation() == 0


def test_checking_all_scores_costs_one_query_whatever_the_number_of_members(author, voter, django_assert_num_queries):
    from accounts.queries.community_rules import load
    from accounts.rules.points import Points

    load(Points)
    for _ in range(5):
        give(make_user(), actor=voter)
    with django_assert_num_queries(1):
        wrong_scores()
