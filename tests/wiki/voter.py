"""One of several processes that vote at once."""


def main(number: int, voters: int) -> None:
    """Every process votes as the same members, so that each vote is tried by all of them; one wins, the rest lose."""
    from accounts.errors import Refusal
    from accounts.models import User
    from tests.builders.accounts import NOW
    from wiki.actions.votes import cast_vote
    from wiki.models import Fix

    fix = Fix.objects.get()
    members = list(User.objects.filter(username__startswith="voter").order_by("pk"))[:voters]
    for step in range(len(members)):
        # Half of the steps in another order, so that processes meet on some votes and cross on others.
        voter = members[(step * (1 if number % 2 else 7)) % len(members)]
        value = 1 if voter.pk % 3 else -1
        try:
            cast_vote(post=fix, value=value, reason="unclear" if value < 0 else "", actor=voter, now=NOW)
        except Refusal:
            continue
