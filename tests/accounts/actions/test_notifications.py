"""Notifications: told once, read by their owner, mailed as chosen, forgotten in time."""

import datetime

import pytest

from accounts.actions.notifications import choose_notification_mail, forget_old_notifications, mark_read, notify
from accounts.models import Notification
from tests.builders.accounts import NOW, make_user, set_rule

pytestmark = pytest.mark.django_db


def tell(*members, state="", now=NOW) -> None:
    notify(members=[each.pk for each in members], kind="answer", about="problem", object_id=1, state=state, now=now)


def test_each_state_is_told_once():
    member = make_user()
    for state in ("1", "1", "2"):
        tell(member, state=state)
    assert sorted(member.notifications.values_list("state", flat=True)) == ["1", "2"]


def test_reading_touches_ones_own_alone():
    member, other = make_user(), make_user()
    tell(member, other)
    assert mark_read(member=member, now=NOW) == 1
    assert mark_read(member=member, now=NOW) == 0
    assert Notification.objects.get(read_at=None).member == other


def test_who_wants_no_mail_gets_none_of_what_waits_either():
    member, other = make_user(), make_user()
    tell(member, other)
    choose_notification_mail(member=member, wish="none")
    assert member.notifications.get().mail == "unwanted"
    assert other.notifications.get().mail == "waiting"
    choose_notification_mail(member=member, wish="at_once")
    assert member.notifications.get().mail == "unwanted"


def test_old_notifications_are_forgotten():
    set_rule(name="notification_rules.kept_days", value=30)
    member = make_user()
    tell(member, state="old", now=NOW - datetime.timedelta(days=31))
    tell(member, state="new")
    assert forget_old_notifications(now=NOW) == 1
    assert member.notifications.get().state == "new"
