"""The queue of flagged posts, with ages."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.queries.community_rules import load
from wiki.models import Comment, Fix, Flag, Outcome, Photo, Problem
from wiki.permissions import author_of, is_moderator, product_of, refusal_to_moderate, stands_on
from wiki.rules.publication import FlagRules

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Case:
    """The open flags on one post with one reason: what a moderator decides about at once.

    `flag` is the first of them, by which the decision is addressed. `age` counts from it. `is_late`: a dangerous fix
    should have been reviewed by now. `refusal`: why this moderator may not decide.
    """

    flag: Flag
    count: int
    notes: tuple[str, ...]
    post: Problem | Fix | Comment | Outcome | Photo
    kind: str
    title: str
    address: str
    text: str
    author: User | None
    age: datetime.timedelta
    is_late: bool
    refusal: str

    @property
    def hours(self) -> int:
        """The age in whole hours."""
        return int(self.age.total_seconds() // 3600)


def open_cases(*, moderator: User, now: datetime.datetime) -> tuple[Case, ...]:
    """The cases that the moderator sees, dangerous ones first, then the oldest: one query, whatever their number."""
    rules = load(FlagRules)
    flags = (
        Flag.objects.filter(state=Flag.State.OPEN)
        .select_related(
            "reporter",
            "problem__product",
            "problem__author",
            "fix__problem__product",
            "fix__author",
            "comment__problem__product",
            "comment__fix__problem__product",
            "comment__author",
            "outcome__product",
            "outcome__member",
            "outcome__remedy__fix",
            "outcome__remedy__diagnostic",
            "photo__problem__product",
            "photo__fix__problem__product",
            "photo__outcome__product",
            "photo__uploaded_by",
        )
        .order_by("created_at", "pk")
    )
    grouped: dict[tuple[str, int, str], list[Flag]] = {}
    for flag in flags:
        kind, post = _post(flag)
        if is_moderator(moderator, product_of(post)):
            grouped.setdefault((kind, post.pk, flag.reason), []).append(flag)
    cases = [_case(rows, moderator, now, rules) for rows in grouped.values()]
    cases.sort(key=lambda case: (case.flag.reason != Flag.Reason.DANGEROUS, -case.age))
    return tuple(cases)


def _post(flag: Flag) -> tuple[str, Problem | Fix | Comment | Outcome | Photo]:
    for kind in ("problem", "fix", "comment", "outcome", "photo"):
        post = getattr(flag, kind)
        if post is not None:
            return kind, post
    raise ValueError(f"flag {flag.pk} is on nothing")  # flag_on_one_post


def _case(flags: list[Flag], moderator: User, now: datetime.datetime, rules: FlagRules) -> Case:
    first = flags[0]
    kind, post = _post(first)
    age = now - first.created_at
    refusal = refusal_to_moderate(moderator, post)
    return Case(
        flag=first,
        count=len(flags),
        notes=tuple(flag.note for flag in flags if flag.note),
        post=post,
        kind=kind,
        title=str(post),
        address=_address(post),
        text=_text(post),
        author=author_of(post),
        age=age,
        is_late=first.reason == Flag.Reason.DANGEROUS and age > datetime.timedelta(hours=rules.review_hours),
        refusal=str(refusal) if refusal else "",
    )


def _address(post: Problem | Fix | Comment | Outcome | Photo) -> str:
    if isinstance(post, Photo):
        return _address(stands_on(post))
    if isinstance(post, Outcome):
        return post.remedy.get_absolute_url()
    return post.get_absolute_url()


def _text(post: Problem | Fix | Comment | Outcome | Photo) -> str:
    if isinstance(post, Problem):
        return post.symptom
    if isinstance(post, Fix):
        return post.steps
    if isinstance(post, Comment):
        return post.body
    return post.note if isinstance(post, Outcome) else post.caption
