"""One of several processes that vote and report at once."""

_TRIES = 10


def main(number: int) -> None:
    """Every process acts as the same members, so that all try each vote and outcome; one wins."""
    from django.db import OperationalError

    from accounts.errors import Refusal
    from accounts.models import User
    from tests.builders.accounts import NOW
    from tests.builders.wiki import outcome_draft
    from wiki.actions.outcomes import record_outcome
    from wiki.actions.votes import cast_vote
    from wiki.models import Fix

    fix = Fix.objects.get()
    members = list(User.objects.filter(username__startswith="reporter").order_by("pk"))
    for step in range(len(members)):
        # Half of the processes in another order, so that they meet on some acts and cross on others.
        member = members[(step * (1 if number % 2 else 7)) % len(members)]
        acts = [
            lambda member=member: cast_vote(post=fix, value=1, actor=member, now=NOW),
            lambda member=member: record_outcome(
                remedy=fix.remedy,
                draft=outcome_draft(product=fix.problem.product, result="worked" if member.pk % 3 else "failed"),
                actor=member,
                now=NOW,
            ),
        ]
        for act in acts if number % 3 else reversed(acts):
            for _ in range(_TRIES):
                try:
                    act()
                except Refusal:
                    break
                except OperationalError:  # the site says 503 when the database stays locked, and a person tries again
                    continue
                break
            else:
                raise TimeoutError(f"{member} was never let in")
