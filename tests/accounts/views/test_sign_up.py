"""A stranger makes an account, confirms the address and signs in; what is known of others stays unsaid."""

import re

import pytest
from django.core import mail

from accounts.models import User
from tests.builders.accounts import PASSWORD, make_user
from tests.builders.forms import human_fields
from tests.html import read

TYPED = {"email": "nora@example.org", "username": "nora", "password1": "a long enough secret"}


def sign_up(client, **fields):
    return client.post("/accounts/signup/", {**human_fields(), **TYPED, **fields})


@pytest.fixture(autouse=True)
def _database(db):
    """Every page asks it."""


def test_a_stranger_signs_up_confirms_by_mail_and_signs_in(client):
    assert sign_up(client).headers["Location"] == "/accounts/confirm-email/"
    assert "We sent you a mail" in read(client.get("/accounts/confirm-email/")).text

    address = re.search(r"http://testserver(/accounts/confirm-email/\S+)", mail.outbox[0].body)[1]
    page = read(client.get(address))
    assert not User.objects.get().emailaddress_set.get().verified, "a link that is only looked at changes nothing"
    client.post(page.form("confirm-form").action)

    assert User.objects.get().emailaddress_set.get().verified
    client.post("/accounts/login/", {"login": "nora@example.org", "password": TYPED["password1"]})
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_who_has_not_confirmed_the_address_is_not_signed_in_and_gets_the_mail_again(client):
    make_user(username="nora", is_confirmed=False)

    answer = client.post("/accounts/login/", {"login": "nora@example.org", "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session


def test_a_development_site_says_that_mail_is_printed_in_the_terminal(client, settings):
    assert read(client.get("/accounts/confirm-email/")).all("printed-mail") == []

    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "terminal" in read(client.get("/accounts/confirm-email/")).one("printed-mail").text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"password1": "short"}, "12 characters"),
        ({"password1": "password123456"}, "too common"),
        ({"username": "no spaces"}, "Letters, digits"),
        ({"username": "Olive"}, "This name is taken"),
        ({"username": "admin"}, "look like somebody official"),
        ({"email": "nonsense"}, "valid email"),
        ({"website": "http://example.com"}, "people don't see"),
        ({"opened": ""}, "not opened here"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, fields, why):
    make_user(username="olive")
    page = read(sign_up(client, **fields))

    assert why in page.one("form-errors").text
    typed = {**TYPED, **fields}
    values = page.form("signup-form").values
    assert (values["email"], values["username"]) == (typed["email"], typed["username"])
    assert not User.objects.filter(email=TYPED["email"]).exists()


def test_an_address_that_has_an_account_gets_the_same_answer_and_a_mail(client):
    make_user(username="olive", email="nora@example.org")
    known = sign_up(client)
    unknown = sign_up(client, email="other@example.org", username="other")

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert "has one already" in mail.outbox[0].body
    assert not User.objects.filter(username="nora").exists()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    make_user(username="olive")

    def answer(login):
        page = read(client.post("/accounts/login/", {"login": login, "password": "wrong password here"}))
        return page.one("form-errors").text

    assert answer("olive@example.org") == answer("nobody@example.org")


def test_a_forgotten_password_gets_the_same_answer_for_everybody(client):
    make_user(username="olive")
    answers = [
        client.post("/accounts/password/reset/", {"email": address}).headers["Location"]
        for address in ("olive@example.org", "nobody@example.org")
    ]

    assert answers[0] == answers[1]
    assert "choose a new password for olive" in mail.outbox[0].body
    assert "belongs to no account" in mail.outbox[1].body


def test_the_link_of_the_mail_sets_a_new_password(client):
    olive = make_user(username="olive")
    client.post("/accounts/password/reset/", {"email": "olive@example.org"})
    address = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]

    page = client.get(address, follow=True)
    form = read(page).form("new-password-form")
    client.post(form.action, {"password1": "another long secret", "password2": "another long secret"})
    olive.refresh_from_db()
    assert olive.check_password("another long secret")


def test_the_sixth_wrong_password_is_refused_for_a_while(client):
    make_user(username="olive")
    for _ in range(5):
        client.post("/accounts/login/", {"login": "olive@example.org", "password": "wrong password here"})

    page = read(client.post("/accounts/login/", {"login": "olive@example.org", "password": PASSWORD}))
    assert "wrong too often" in page.one("form-errors").text


def test_looking_at_the_sign_out_page_signs_nobody_out(member_client):
    member_client.get("/accounts/logout/")
    assert "_auth_user_id" in member_client.session

    member_client.post("/accounts/logout/")
    assert "_auth_user_id" not in member_client.session


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/confirm-email/nonsense/",
        "/accounts/inactive/",
    ],
)
def test_every_page_about_signing_in_stands_in_our_own_frame(client, address):
    page = read(client.get(address))

    assert len(page.element.xpath("//main//h1")) == 1
    assert page.element.xpath("//header[contains(@class, 'site-head')]")


@pytest.mark.parametrize(
    "address", ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/reauthenticate/"]
)
def test_every_page_about_an_account_stands_in_our_own_frame(member_client, address):
    page = read(member_client.get(address, follow=True))

    assert len(page.element.xpath("//main//h1")) == 1
    assert not page.element.xpath("//main//script")
