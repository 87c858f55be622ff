"""Tokens for programs."""

import pytest

from accounts.models import ApiToken
from accounts.rules.tokens import digest_of
from tests.builders.accounts import make_membership, make_organisation, make_user
from tests.builders.products import a_year
from tests.html import read

pytestmark = pytest.mark.django_db


def said(**fields):
    return {"name": "workshop system", "scopes": ["read", "report"], "days": "365", **fields}


def test_a_token_is_shown_once_and_only_its_digest_is_kept(client_of):
    client = client_of(make_user())
    page = read(client.post("/me/tokens/", said()))
    text = page.one("token-text").text
    token = ApiToken.objects.get()
    assert token.digest == digest_of(text)
    assert text not in str(vars(token))
    listed = read(client.get("/me/tokens/"))
    assert text not in listed.text
    assert token.beginning in listed.one("token").text
    assert "never used" in listed.one("token").text


def test_a_revoked_token_stays_in_the_list_and_works_no_longer(client, client_of):
    browser = client_of(make_user())
    text = read(browser.post("/me/tokens/", said())).one("token-text").text
    bearer = {"Authorization": f"Bearer {text}"}
    assert client.get("/api/v1/codes", headers=bearer).status_code == 200
    browser.post(f"/me/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert client.get("/api/v1/codes", headers=bearer).status_code == 401
    assert "revoked" in read(browser.get("/me/tokens/")).one("token").text


def test_a_token_that_opens_nothing_is_refused_and_what_was_typed_stays(client_of):
    page = read(client_of(make_user()).post("/me/tokens/", said(scopes=[])))
    assert page.form("token-form").values["name"] == "workshop system"
    assert not ApiToken.objects.exists()


def test_an_organisations_token_ends_with_ones_place_there(client, client_of):
    member = make_user()
    workshop = make_organisation(scope=[a_year()])
    place = make_membership(organisation=workshop, member=member)
    page = read(client_of(member).post("/me/tokens/", said(organisation=workshop.pk)))
    bearer = {"Authorization": f"Bearer {page.one('token-text').text}"}
    assert ApiToken.objects.get().organisation == workshop
    assert client.get("/api/v1/codes", headers=bearer).status_code == 200
    place.delete()
    assert client.get("/api/v1/codes", headers=bearer).status_code == 401


def test_nobody_makes_a_token_for_an_organisation_of_others(client_of):
    workshop = make_organisation(scope=[a_year()])
    member = make_user()
    make_membership(organisation=make_organisation(scope=[a_year()]), member=member)
    client_of(member).post("/me/tokens/", said(organisation=workshop.pk))
    assert not ApiToken.objects.exists()
