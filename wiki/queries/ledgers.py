"""A member's two ledgers in public: each row explains itself and leads to its cause."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts.models import CalibrationEvent, ReputationEvent, User
from accounts.queries.calibration import calibration_ledger_of
from accounts.queries.reputation import ledger_of
from wiki.models import Comment, Fix, Flag, Outcome, Problem, Vote
from wiki.permissions import is_present

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

Which = Literal["points", "trust"]
ON_A_PAGE = 30
OWN_ACT = ReputationEvent.Event.VOTED_DOWN


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it brought, why, and where its cause stands (empty where that is gone or a secret)."""

    points: int
    words: str
    note: str
    cause: str
    address: str
    at: datetime.datetime
    is_reversal: bool
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """What a row is about, where that is published."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A page of one of the ledgers."""

    member: User
    which: Which
    page: Page[Row]


def ledger_page(name: str, reader: User | AnonymousUser, *, which: Which, number: str | None) -> Ledger | None:
    """A page of the member's ledger, or None without such a member: seven queries whatever it holds.

    How somebody voted stays between them and the site: others read that it was a vote, not on what.
    """
    member = User.objects.filter(username__iexact=name).first()
    if member is None:
        return None
    rows: QuerySet[Any] = (
        calibration_ledger_of(member) if which == "trust" else ledger_of(member).select_related("reversed_by")
    )
    found: Page[Any] = Paginator(rows, ON_A_PAGE).get_page(number)
    causes = _causes([row.cause for row in found], reader)
    own = reader.is_authenticated and reader.pk == member.pk
    shown = [_row(row, causes.get(row.cause), own) for row in found]
    return Ledger(member, which, Page(shown, found.number, found.paginator))


def _row(row: ReputationEvent | CalibrationEvent, cause: Cause | None, own: bool) -> Row:
    kind = row.cause.partition(":")[0]
    if isinstance(row, CalibrationEvent):
        words, note, reversal, is_reversed = row.words, "", False, False
        secret = kind == "vote" and not own
    else:
        words, note, reversal = str(row.get_event_display()), row.note, row.reverses_id is not None
        is_reversed = hasattr(row, "reversed_by")
        secret = row.event == OWN_ACT and not own
    shown = None if secret else cause
    return Row(
        points=row.points,
        words=words,
        note=note,
        cause=shown.title if shown else _KINDS.get(kind, ""),
        address=shown.address if shown else "",
        at=row.created_at,
        is_reversal=reversal,
        is_reversed=is_reversed,
    )


_POSTS = ("problem", "fix__problem", "comment__problem", "comment__fix__problem")
_KINDS = {"vote": "a vote", "outcome": "an outcome", "flag": "a flag"}


def _causes(names: Sequence[str], reader: User | AnonymousUser) -> dict[str, Cause]:
    """What stands behind rows, where the reader may see it: at most a query for each kind of cause."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for name in names:
        kind, _, number = name.partition(":")
        if number.isdigit():
            wanted[kind].add(int(number))
    return {**_outcomes(wanted["outcome"], reader), **_votes(wanted["vote"]), **_flags(wanted["flag"])}


def _outcomes(wanted: Collection[int], reader: User | AnonymousUser) -> dict[str, Cause]:
    if not wanted:
        return {}
    rows = Outcome.objects.visible_to(reader).filter(pk__in=wanted)
    return {
        f"outcome:{row.pk}": Cause(f"outcome on “{row.remedy}”", row.remedy.get_absolute_url())
        for row in rows.select_related("remedy__fix__problem", "remedy__diagnostic")
        if row.remedy.fix is None or is_present(row.remedy.fix)
    }


def _votes(wanted: Collection[int]) -> dict[str, Cause]:
    if not wanted:
        return {}
    rows = Vote.objects.filter(pk__in=wanted).select_related(*_POSTS)
    return dict(_posts(((f"vote:{row.pk}", row.problem or row.fix or row.comment) for row in rows), "vote on"))


def _flags(wanted: Collection[int]) -> dict[str, Cause]:
    if not wanted:
        return {}
    rows = Flag.objects.filter(pk__in=wanted).select_related(*_POSTS)
    return dict(_posts(((f"flag:{row.pk}", row.problem or row.fix or row.comment) for row in rows), "flag on"))


def _posts(pairs: Iterable[tuple[str, Problem | Fix | Comment | None]], word: str) -> Iterable[tuple[str, Cause]]:
    for name, post in pairs:
        if post is not None and is_present(post):
            yield name, Cause(f"{word} “{post}”", post.get_absolute_url())
