"""What webhooks tell of, when a delivery is tried again, and how one is signed."""

from __future__ import annotations

import base64
import datetime
import email.utils
import hashlib
import hmac
from dataclasses import dataclass, field

PREFIX = "whsec_"
"""What a secret begins with, by the Standard Webhooks specification."""

PING = "ping"
"""The event of the button "Send a test": it tells of nothing."""

EVENTS = {
    "problem.new": "A new problem is described",
    "fix.confirmed": "A fix is confirmed or established by reports",
    "outcome.new": "Somebody reports how a remedy went",
    "emerging_issue.watch": "An emerging issue goes on watch",
    "emerging_issue.alert": "An emerging issue becomes an alert",
    "emerging_issue.answered": "The manufacturer answers an emerging issue",
    "emerging_issue.closed": "An emerging issue is closed",
    "recall.new": "A recall is published",
    "official.new": "A bulletin, procedure or manual section is published",
    "official.superseded": "An official diagnostic is superseded",
}
"""What a webhook can be told of, in the words of a form."""

_CONFIRMED = frozenset({"confirmed", "established"})
_GROWTH = 5
_LONGEST_EXPONENT = 20


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """Limits of webhooks, as the community has set them."""

    most: int = field(
        default=10, metadata={"unit": "webhooks", "help": "Webhooks that one member or organisation may have."}
    )
    tries: int = field(
        default=8, metadata={"unit": "tries", "help": "How often a delivery is tried before it counts as failed."}
    )
    first_wait_minutes: int = field(
        default=1, metadata={"unit": "minutes", "help": "Wait before the second try; each later wait is five times it."}
    )
    longest_wait_hours: int = field(
        default=24, metadata={"unit": "hours", "help": "The longest wait between two tries, Retry-After included."}
    )
    stop_after_days: int = field(
        default=5,
        metadata={
            "unit": "days",
            "help": "A webhook whose deliveries all failed for so long is stopped when one has failed for good.",
        },
    )
    overlap_hours: int = field(
        default=24,
        metadata={"unit": "hours", "help": "How long the former secret signs as well after a new one was made."},
    )
    kept_days: int = field(
        default=30, metadata={"unit": "days", "help": "How long the log of deliveries is kept and can be sent again."}
    )
    told_days: int = field(
        default=365, metadata={"unit": "days", "help": "For so long nothing is told to the same webhook twice."}
    )


def event_of(kind: str, state: str, *, is_recall: bool = False) -> str | None:
    """The event that a kind of news is for webhooks, None where they are not told of it.

    `kind` and `state` as followers are told (`wiki.rules.news`); `is_recall` says it of an official diagnostic.
    """
    if kind == "new_problem":
        return "problem.new"
    if kind == "fix_state":
        return "fix.confirmed" if state in _CONFIRMED else None
    if kind == "issue":
        event = f"emerging_issue.{state}"
        return event if event in EVENTS else None
    if kind == "official" and not state:
        return "recall.new" if is_recall else "official.new"
    if kind == "superseded":
        return "official.superseded"
    return "outcome.new" if kind == "outcome" else None


def wait_after(
    tries: int, rules: WebhookRules, *, luck: float, asked: datetime.timedelta | None = None
) -> datetime.timedelta | None:
    """How long to wait after so many failed tries, None where no other follows.

    The first wait grows fivefold with each try up to the longest (1, 5, 25 minutes, 2 and 10 hours, a day, a day), and
    `luck` in [0, 1) adds up to a fifth, so that what failed together does not come back together. What the receiver
    `asked` for counts where it is longer, up to the longest wait.
    """
    if tries >= rules.tries:
        return None
    longest = datetime.timedelta(hours=rules.longest_wait_hours)
    minutes = rules.first_wait_minutes * _GROWTH ** min(tries - 1, _LONGEST_EXPONENT)
    wait = longest if minutes >= longest.total_seconds() / 60 else datetime.timedelta(minutes=minutes)
    wait += wait * 0.2 * luck
    return wait if asked is None else max(wait, min(asked, longest))


def asked_wait(retry_after: str, now: datetime.datetime) -> datetime.timedelta | None:
    """What a `Retry-After` header asks for: seconds or a date (RFC 9110); None where it is neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return datetime.timedelta(seconds=int(text))
    try:
        then = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=datetime.UTC)
    return max(datetime.timedelta(), then - now)


def secret_text(key: bytes) -> str:
    """A secret as its owner sees it: `whsec_` and the key in base64."""
    return PREFIX + base64.b64encode(key).decode()


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a delivery by the Standard Webhooks specification: HMAC-SHA256 over id, seconds and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
