"""The conduct of organisations: what their staff may not do, whatever else they are, and why, as a sentence.

A stake is what makes a person partial (`accounts.queries.standing.Affiliation.has_stake_in`): a manufacturer's staff
has one in every product of its category, its own and its rivals'; that of a dealer, workshop or parts supplier in the
products of its scope. Whoever has a stake writes and reports like anybody, and decides nothing about others' words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Organisation
from accounts.queries.standing import Affiliation, stake_of, standing_of
from wiki.errors import NotAllowed
from wiki.models import Comment, Fix, Flag, Problem
from wiki.permissions import Post, author_of, product_of, refusal_to_judge

if TYPE_CHECKING:
    from accounts.errors import Refusal
    from accounts.models import User
    from wiki.permissions import Person

REPORTED_BY_ORGANISATIONS = tuple(str(reason) for reason in Flag.Reason if reason != Flag.Reason.DANGEROUS)
"""The five reasons for which an organisation reports a post."""

_WARN_OFFICIALLY = "You work for the manufacturer: publish an official warning instead; it is pinned on top."
_WARN_IN_WORDS = (
    "You belong to {name}, which works on this product. Organisations report for the other reasons; what is dangerous "
    "please say in a comment, which carries your badge."
)


def stake_against_vote(person: User, post: Problem | Fix | Comment) -> Affiliation | None:
    """The organisation for which the person may not vote on the post, by kind.

    A manufacturer's staff: own products and rivals'. A supplier's: the products of its scope, where every fix uses its
    parts, another's or none. A dealer's and workshop's: what dealers and workshops wrote there, its own and its rivals.
    Nobody's colleagues, wherever.
    """
    product = product_of(post)
    author = author_of(post)
    for there in standing_of(person).affiliations:
        if post.organisation_id == there.organisation_id or _works_there(author, there):
            return there
        if not there.has_stake_in(product):
            continue
        if there.role != "professional" or (post.organisation is not None and _is_workshop(post.organisation)):
            return there
    return None


def refusal_to_vote(person: Person, post: Problem | Fix | Comment) -> Refusal | None:
    """Why the person may not vote on the post: one's own, colleagues', one's employer's business, rivals'."""
    refusal = refusal_to_judge(person, post)
    if refusal is not None or not person.is_authenticated:
        return refusal
    there = stake_against_vote(person, post)
    if there is None:
        return None
    if there.role == "staff":
        return NotAllowed(f"{there.name} makes this product or a rival's: its staff does not vote here.")
    if there.role == "professional":
        return NotAllowed(f"You belong to {there.name}: its people do not vote on what it or a rival wrote.")
    return NotAllowed(f"{there.name} sells parts for this product: its staff does not vote here.")


def reporting_for(person: User, post: Post) -> Affiliation | None:
    """The organisation whose report a person's flag is: the one with a stake in the product, else the first.

    Counted in public on whatever post; a person of none reports for nobody.
    """
    return stake_of(person, product_of(post)) or next(iter(standing_of(person).affiliations), None)


def refusal_to_flag(person: Person, post: Post, reason: str) -> Refusal | None:
    """Why the person may not flag the post for this reason: with a stake in the product five are left of six."""
    refusal = refusal_to_judge(person, post)
    if refusal is not None or reason in REPORTED_BY_ORGANISATIONS:
        return refusal
    there = stake_of(person, product_of(post))
    if there is None:
        return None
    return NotAllowed(_WARN_OFFICIALLY if there.role == "staff" else _WARN_IN_WORDS.format(name=there.name))


def reasons_open_to(person: Person, post: Post) -> tuple[str, ...]:
    """The reasons that the form for a flag offers the person."""
    return tuple(str(reason) for reason in Flag.Reason if refusal_to_flag(person, post, reason) is None)


def _works_there(author: User | None, there: Affiliation) -> bool:
    return author is not None and there.organisation_id in standing_of(author).organisation_ids


def _is_workshop(organisation: Organisation) -> bool:
    return organisation.kind in (Organisation.Kind.DEALER, Organisation.Kind.WORKSHOP)
