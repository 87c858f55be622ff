"""The moderators' page of alarms."""

import pytest
from django.urls import reverse

from tests.builders.accounts import NOW, make_moderator
from tests.builders.wiki import make_alarm
from tests.html import read
from wiki.models import Alarm

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client):
    person = make_moderator()
    client.force_login(person)
    return person


def test_an_alarm_shows_its_evidence_its_age_and_what_to_do(client, moderator):
    make_alarm()
    page = read(client.get(reverse("wiki:alarms")))

    assert "1 of 9 verified" in page.one("evidence").text
    assert "12 of 12 unverified people" in page.one("evidence").text
    assert "old" in page.one("age").text
    assert "calibration ledger" in page.one("what-to-do").text


def test_an_alarm_is_closed_with_a_word_and_not_without(client, moderator):
    alarm = make_alarm()
    address = reverse("wiki:alarm-close", args=[alarm.pk])
    assert client.post(address, {f"{alarm.pk}-note": ""}).status_code == 422
    assert Alarm.objects.get().closed_at is None

    client.post(address, {f"{alarm.pk}-note": "Looked at: one club, thirty cars."})
    alarm.refresh_from_db()
    assert (alarm.closed_by, alarm.closing_note) == (moderator, "Looked at: one club, thirty cars.")


def test_without_alarms_the_page_says_so(client, moderator):
    page = read(client.get(reverse("wiki:alarms")))
    assert not page.all("alarms")
    assert "No alarm" in page.text


def test_the_number_of_queries_does_not_grow_with_the_alarms(client, moderator, django_assert_max_num_queries):
    for number in range(6):
        make_alarm(key=f"tiers:{number}", now=NOW)
    with django_assert_max_num_queries(8):
        client.get(reverse("wiki:alarms"))
