"""When a delivery is tried again, what a receiver may ask for, and signatures that other people's software verifies."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from wiki.rules.webhooks import EVENTS, WebhookRules, asked_wait, event_of, secret_text, signature, wait_after

RULES = WebhookRules()
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def waits(luck: float = 0.0) -> list[timedelta]:
    return [wait for tries in range(1, 20) if (wait := wait_after(tries, RULES, luck=luck)) is not None]


def test_waits_grow_from_a_minute_to_a_day_and_end_after_two_and_a_half_days():
    assert [wait.total_seconds() / 60 for wait in waits()] == [1, 5, 25, 125, 625, 1440, 1440]
    assert timedelta(days=2) < sum(waits(), timedelta()) < timedelta(days=3)
    assert wait_after(8, RULES, luck=0.0) is None


def test_luck_spreads_what_failed_together_by_a_fifth():
    assert all(plain < spread <= plain * 1.2 for plain, spread in zip(waits(), waits(0.999), strict=True))


def test_a_receiver_is_given_the_time_it_asks_for_within_bounds():
    minutes = timedelta(minutes=1)
    assert wait_after(1, RULES, luck=0.0, asked=10 * minutes) == 10 * minutes
    assert wait_after(3, RULES, luck=0.0, asked=minutes) == 25 * minutes
    assert wait_after(1, RULES, luck=0.0, asked=timedelta(days=300)) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("120", timedelta(minutes=2)),
        ("Tue, 24 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Tue, 24 Nov 2026 11:00:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 30, None),
        ("٣", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, asked):
    assert asked_wait(header, NOW) == asked


def test_what_we_sign_is_verified_by_the_specifications_own_library_and_nothing_else_is():
    secret, body, now = secret_text(b"k" * 32), '{"type":"ping","é":1}'.encode(), datetime.now(UTC)
    seconds = int(now.timestamp())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(secret, message_id="msg_1", timestamp=seconds, body=body),
    }
    assert Verifier(secret).verify(body, headers) == {"type": "ping", "é": 1}
    for wrong in ({**headers, "webhook-id": "msg_2"}, {**headers, "webhook-timestamp": str(seconds - 1)}):
        with pytest.raises(WebhookVerificationError):
            Verifier(secret).verify(body, wrong)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret_text(b"x" * 32)).verify(body, headers)


@pytest.mark.parametrize(
    ("kind", "state", "event"),
    [
        ("new_problem", "", "problem.new"),
        ("fix_state", "confirmed", "fix.confirmed"),
        ("fix_state", "established", "fix.confirmed"),
        ("fix_state", "tried", None),
        ("issue", "watch", "emerging_issue.watch"),
        ("issue", "reopened", None),
        ("official", "", "official.new"),
        ("official", "version 2", None),
        ("superseded", "", "official.superseded"),
        ("outcome", "", "outcome.new"),
        ("new_fix", "", None),
        ("answer", "7", None),
    ],
)
def test_news_that_webhooks_are_told_of_have_an_event(kind, state, event):
    assert event_of(kind, state) == event
    assert event is None or event in EVENTS


def test_a_recall_is_an_event_of_its_own():
    assert event_of("official", "", is_recall=True) == "recall.new"
