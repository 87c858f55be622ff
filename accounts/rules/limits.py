"""How much and how fast: limits of new members, of votes and of requests. Counts in, what is too much or None out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

from accounts.rules.community import whole

Kind = Literal["problem", "reply"]


@dataclass(frozen=True, slots=True)
class NewMemberLimits:
    """What somebody new may post; a member is new below a reputation, and has a first day."""

    until_reputation: int = whole(10, "points", "From this reputation on a member is no longer new.")
    first_day_hours: int = whole(24, "hours", "How long the first day lasts after signing up.")
    problems_on_day_one: int = whole(3, "problems", "Most problems on the first day.")
    replies_on_day_one: int = whole(10, "replies", "Most fixes, outcomes and comments on the first day.")
    links: int = whole(2, "links", "Most links in one post.")
    images: int = whole(1, "images", "Most images in one post.")
    seconds_between_problems: int = whole(120, "seconds", "Pause between two problems.")
    seconds_between_replies: int = whole(30, "seconds", "Pause between two replies.")


@dataclass(frozen=True, slots=True)
class HumanCheck:
    """The check instead of a puzzle: how long a person needs at least, and how long a form stays open."""

    least_seconds: int = whole(3, "seconds", "A form that comes back faster was not typed by a person.")
    most_hours: int = whole(24, "hours", "How long a form stays open.")


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How many requests one address may make."""

    anonymous_per_minute: int = whole(200, "requests", "Pages in a minute for one address without an account.")
    suggestions_per_minute: int = whole(
        600, "requests", "Suggestions in a minute for one address without an account: a box asks while one types."
    )
    heavy_per_minute: int = whole(30, "requests", "Previews, searches or uploads in a minute, each counted apart.")
    api_anonymous_per_minute: int = whole(60, "requests", "API requests in a minute for one address without a token.")
    api_token_per_minute: int = whole(600, "requests", "API requests in a minute with one token.")
    api_writes_per_minute: int = whole(60, "requests", "Reports and posts in a minute with one token.")
    mailed_outcomes_per_hour: int = whole(5, "outcomes", "Outcomes without an account in an hour for one address.")


@dataclass(frozen=True, slots=True)
class TooMuch:
    """Why a post has to wait or change; `seconds` until it may stand as it is, None where it has to change."""

    sentence: str
    seconds: int | None


def is_on_first_day(limits: NewMemberLimits, *, joined_at: datetime, now: datetime) -> bool:
    """Whether the member signed up less than a first day ago."""
    return now - joined_at < timedelta(hours=limits.first_day_hours)


def refusal_of_post(
    limits: NewMemberLimits,
    kind: Kind,
    *,
    joined_at: datetime,
    now: datetime,
    posted_on_day_one: int,
    last_at: datetime | None,
    links: int,
    images: int,
) -> TooMuch | None:
    """Why a new member's post has to wait or change; None where it may stand."""
    is_problem = kind == "problem"
    posts = "problems" if is_problem else "replies"
    most = limits.problems_on_day_one if is_problem else limits.replies_on_day_one
    if is_on_first_day(limits, joined_at=joined_at, now=now) and posted_on_day_one >= most:
        first_day = timedelta(hours=limits.first_day_hours)
        left = ceil((joined_at + first_day - now).total_seconds())
        return TooMuch(f"On the first day a new member can post {most} {posts}: more tomorrow.", left)
    pause = limits.seconds_between_problems if is_problem else limits.seconds_between_replies
    if last_at is not None and now - last_at < timedelta(seconds=pause):
        wait = pause - int((now - last_at).total_seconds())
        return TooMuch(f"A new member waits {pause} seconds between two {posts}: {wait} to go.", wait)
    if links > limits.links:
        return TooMuch(f"A new member can put {limits.links} links into a post; this one has {links}.", None)
    if images > limits.images:
        most_images = _counted(limits.images, "image")
        return TooMuch(f"A new member can put {most_images} into a post; this one has {images}.", None)
    return None


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
