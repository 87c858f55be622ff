"""A member's own pages: overview, settings, data."""

import json

import pytest

from accounts.actions.calibration import record_calibration
from accounts.actions.reputation import award
from accounts.models import User
from accounts.rules.calibration import Due
from tests.builders.accounts import NOW, PASSWORD, make_user
from tests.html import read


@pytest.fixture
def signed_in(client, member):
    """Signed in by password, which erasure and export ask for."""
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_the_overview_shows_reputation_with_its_latest_events(member, member_client):
    User.objects.filter(pk=member.pk).update(reputation=1)
    award(member=member, event="owner_confirmed", cause="outcome:1", actor=make_user(), now=NOW)
    page = read(member_client.get("/me/"))

    assert page.one("reputation").text == "15"
    assert "+15 an owner reported that your fix worked" in page.one("ledger").text


def test_the_overview_says_what_opens_next_and_what_brought_trust(member, member_client):
    User.objects.filter(pk=member.pk).update(reputation=45, accuracy=0.8)
    record_calibration(due={member.pk: {"outcome:1": Due(4, "9 of 9 say the same.")}}, tolerance=1, now=NOW)
    page = read(member_client.get("/me/"))

    assert page.all("opening")[0].text.startswith("5 more points: Vote a post down")
    assert "+4 9 of 9 say the same." in page.one("trust").text
    assert page.one("accuracy").text == "0.80"


def test_settings_are_changed(member, member_client):
    member_client.post(
        "/me/settings/", {"username": "olive.b", "about": "Saabs", "hourly_wage": "35.50", "notification_mail": "none"}
    )

    member.refresh_from_db()
    assert (member.username, member.about, str(member.hourly_wage)) == ("olive.b", "Saabs", "35.50")


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"username": "NORA"}, "username", "taken"),
        ({"username": "admin"}, "username", "official"),
        ({"username": "two words"}, "username", "Letters"),
        ({"hourly_wage": "-1"}, "hourly_wage", "greater than or equal to 0"),
        ({"hourly_wage": "a lot"}, "hourly_wage", "number"),
    ],
)
def test_a_wrong_setting_is_said_beside_its_field(member, member_client, change, field, why):
    make_user(username="nora")
    typed = {"username": "olive", "about": "Saabs", "hourly_wage": "35", "notification_mail": "daily", **change}
    form = read(member_client.post("/me/settings/", typed)).form("settings-form")

    assert why in form.errors[field]
    assert {name: form.values[name].strip() for name in typed} == typed
    member.refresh_from_db()
    assert (member.username, member.about) == ("olive", "")


def test_a_member_may_change_the_case_of_their_own_name(member, member_client):
    member_client.post("/me/settings/", {"username": "Olive", "about": "", "notification_mail": "daily"})

    member.refresh_from_db()
    assert member.username == "Olive"


def test_the_export_asks_for_the_password_and_comes_once_a_day(member, member_client, signed_in):
    assert member_client.get("/me/data/export/").headers["Location"].startswith("/accounts/reauthenticate/")

    answer = signed_in.get("/me/data/export/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="fixlore-data.json"'
    assert json.loads(answer.content)["account"][0]["mail"] == member.email
    again = signed_in.get("/me/data/export/", follow=True)
    assert "downloaded your data today" in read(again).one("messages").text


def test_erasure_asks_for_the_password_and_ends_the_session(member, member_client):
    page = read(member_client.post("/me/data/erase/", {"password": "wrong"}))
    assert page.form("erase-form").errors["password"] == "This is not your password."
    assert page.one("promises").text
    assert "_auth_user_id" in member_client.session

    member_client.post("/me/data/erase/", {"password": PASSWORD})
    assert "_auth_user_id" not in member_client.session
    member.refresh_from_db()
    assert member.erased_at is not None


def test_guessing_the_password_of_an_open_browser_ends_after_five_tries(member, member_client):
    for _ in range(5):
        member_client.post("/me/data/erase/", {"password": "wrong"})

    page = read(member_client.post("/me/data/erase/", {"password": PASSWORD}))
    assert "wrong too often" in page.form("erase-form").errors["password"]
