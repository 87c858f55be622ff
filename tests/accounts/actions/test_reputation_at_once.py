"""Events that arrive at once: none lost, none double, the cap exact."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Sum

from accounts.actions.reputation import award
from accounts.models import ReputationEvent, User
from accounts.queries.reputation import wrong_scores
from tests.builders.accounts import NOW, make_user

WRITERS = 4
EACH = 12


@pytest.mark.django_db(transaction=True)
def test_four_writers_lose_nothing_and_hold_the_cap():
    author, voter = make_user(), make_user()

    def write(writer):
        try:
            # Every cause is sent by two writers: one of them must find it taken.
            for number in range(EACH):
                award(
                    member=User.objects.get(pk=author.pk),
                    event="fix_voted_up",
                    cause=f"vote:{(writer // 2) * EACH + number}",
                    actor=User.objects.get(pk=voter.pk),
                    now=NOW,
                )
                award(
                    member=User.objects.get(pk=author.pk),
                    event="owner_confirmed",
                    cause=f"outcome:{writer}-{number}",
                    actor=User.objects.get(pk=voter.pk),
                    now=NOW,
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    by_votes = ReputationEvent.objects.filter(event="fix_voted_up")
    assert by_votes.count() == WRITERS // 2 * EACH
    assert by_votes.aggregate(total=Sum("points"))["total"] == min(200, by_votes.count() * 10)
    assert ReputationEvent.objects.filter(event="owner_confirmed").count() == WRITERS * EACH
    assert wrong_scores() == []
    author.refresh_from_db()
    assert author.reputation == 200 + WRITERS * EACH * 15


@pytest.mark.django_db(transaction=True)
def test_a_test_that_ends_without_a_rollback_leaves_the_ledger_guarded_and_empty():
    """The flush between such tests lifts the guard for a moment only."""
    from django.db import DatabaseError

    assert not ReputationEvent.objects.exists()
    award(member=make_user(), event="fix_voted_up", cause="vote:1", actor=make_user(), now=NOW)
    with pytest.raises(DatabaseError, match="append-only"):
        ReputationEvent.objects.update(points=1)
