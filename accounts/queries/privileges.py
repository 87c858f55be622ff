"""What a member may do: by reputation, by role, by organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.errors import PrivilegeMissing
from accounts.queries.community_rules import load
from accounts.queries.standing import is_rivals_staff, standing_of
from accounts.rules.privileges import Opening, Privileges, missing, opens_next

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from products.models import Product

# What members of verified organisations do from their first day; votes and edits they earn like anybody.
OPEN_TO_ORGANISATIONS = frozenset({"sighting", "post", "comment", "flag", "outcome", "more_links"})


def refusal(user: User | AnonymousUser, privilege: str, product: Product | None = None) -> str | None:
    """Why the person may not do this, as a sentence; None where they may.

    `privilege` is a field of accounts.rules.privileges.Privileges. Moderators and admins of the product may do
    everything but vote for their own employer; manufacturer's staff votes neither on its own products nor on a
    rival's (the same category).
    """
    if user.is_anonymous or not user.is_active:
        return "Sign in first."
    if product is not None and privilege in {"vote_up", "vote_down"} and is_rivals_staff(user, product):
        return "Manufacturer's staff does not vote on its own products or a rival's."
    if user.has_perm("wiki.moderate", product):
        return None
    if privilege in OPEN_TO_ORGANISATIONS and is_of_verified_organisation(user):
        return None
    privileges = load(Privileges)
    if privilege == "edit_without_review" and user.accuracy >= privileges.edit_accuracy:
        return None
    lacking = missing(privileges, privilege, user.reputation)
    if lacking:
        return f"This opens at a reputation of {privileges.needed(privilege)}; you have {user.reputation}."
    return None


def may(user: User | AnonymousUser, privilege: str, product: Product | None = None) -> bool:
    """Whether the person may do this; `refusal` says why not."""
    return refusal(user, privilege, product) is None


def require(user: User | AnonymousUser, privilege: str, product: Product | None = None) -> None:
    """Raise PrivilegeMissing with the reason where the person may not do this."""
    why = refusal(user, privilege, product)
    if why is not None:
        raise PrivilegeMissing(why)


def openings_of(user: User) -> tuple[Opening, ...]:
    """What opens next to a member by reputation, the nearest first, without what their standing opens already."""
    return tuple(
        opening for opening in opens_next(load(Privileges), user.reputation) if not may(user, opening.privilege)
    )


def is_of_verified_organisation(user: User | AnonymousUser) -> bool:
    """Whether the person belongs to a verified organisation."""
    return bool(standing_of(user).affiliations)
