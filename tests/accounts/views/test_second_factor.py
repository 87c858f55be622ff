"""A second factor can be set up, and then signing in asks for it."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.builders.accounts import PASSWORD
from tests.html import read


def digits(secret):
    """What the app on the telephone would show."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def signed_in(client, member):
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert read(client.get("/accounts/2fa/totp/activate/", follow=True)).headings[0] == (1, "Is it you?")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_member_sets_up_an_app_and_is_asked_for_its_digits_at_the_next_sign_in(signed_in, member):
    secret = read(signed_in.get("/accounts/2fa/totp/activate/")).one("totp-secret").text
    signed_in.post("/accounts/2fa/totp/activate/", {"code": digits(secret)})
    assert "switched on" in read(signed_in.get("/accounts/2fa/")).one("totp").text
    assert read(signed_in.get("/accounts/2fa/recovery-codes/")).one("recovery-codes").text
    signed_in.post("/accounts/logout/")

    answer = signed_in.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in signed_in.session
    page = read(signed_in.post("/accounts/2fa/authenticate/", {"code": "000000"}))
    assert page.one("form-errors")


def test_wrong_digits_set_nothing_up(signed_in):
    signed_in.get("/accounts/2fa/totp/activate/")
    page = read(signed_in.post("/accounts/2fa/totp/activate/", {"code": "000000"}))

    assert page.one("form-errors")
    assert "not switched on" in read(signed_in.get("/accounts/2fa/")).one("totp").text
