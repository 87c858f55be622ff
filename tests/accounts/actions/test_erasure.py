"""A person exports everything and is erased on demand, while what others built on stays."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models

from accounts.actions.erasure import erase_member
from accounts.actions.garage import OwnedProductDetails, add_owned_product
from accounts.actions.reputation import award
from accounts.errors import WrongPassword
from accounts.models import Membership, OwnedProduct, ReputationEvent, Role, User
from accounts.owned_data import EXPORTS
from accounts.queries.owned_data import export_of
from accounts.queries.reputation import wrong_scores
from products.actions.unmatched_names import decide_ignore
from tests.builders.accounts import NOW, PASSWORD, make_membership, make_organisation, make_role, make_user
from tests.builders.products import make_unmatched_name


@pytest.fixture
def person(tree):
    person = make_user(username="erdmute", email="erdmute@example.org", about="I mend things")
    add_owned_product(
        member=person,
        details=OwnedProductDetails(product=tree.range_rover, serial="SALL123", nickname="Old lady", usage=9),
        now=NOW,
    )
    make_membership(organisation=make_organisation(scope=[tree.cars]), member=person)
    make_role(member=person)
    award(member=person, event="fix_voted_up", cause="vote:1", actor=make_user(), now=NOW)
    return person


def test_the_export_holds_everything_and_is_json(person):
    data = json.loads(json.dumps(export_of(person)))

    assert data["account"][0]["mail"] == "erdmute@example.org"
    assert data["garage"][0]["serial"] == "SALL123"
    assert data["reputation"][0]["points"] == 10
    assert [len(data[section]) for section in ("organisations", "roles", "mail_addresses")] == [1, 1, 1]


def test_the_export_holds_nothing_of_anybody_else(person):
    data = json.dumps(export_of(make_user(username="other")))

    assert "erdmute" not in data
    assert "SALL123" not in data


def test_after_erasure_nothing_private_is_left_and_the_ledger_still_adds_up(person):
    erase_member(member=person, password=PASSWORD, now=NOW)

    nameless = User.objects.get(pk=person.pk)
    assert not nameless.is_active
    assert nameless.erased_at == NOW
    everything = str(User.objects.values()) + str(OwnedProduct.objects.values()) + str(EmailAddress.objects.values())
    for secret in ("erdmute", "I mend things", "Old lady"):
        assert secret not in everything
    assert OwnedProduct.objects.get().serial_encrypted == ""
    assert not Membership.objects.exists()
    assert not Role.objects.exists()
    assert ReputationEvent.objects.get().member == nameless
    assert wrong_scores() == []


def test_an_erased_person_can_not_sign_in_and_earns_nothing_more(person, client, client_of):
    signed_in = client_of(person)
    erase_member(member=person, password=PASSWORD, now=NOW)
    person.refresh_from_db()

    assert not client.login(email="erdmute@example.org", password=PASSWORD)
    assert signed_in.get("/accounts/login/").wsgi_request.user.is_anonymous
    assert award(member=person, event="fix_voted_up", cause="vote:2", actor=make_user(), now=NOW) is None


def test_a_wrong_password_erases_nothing(person):
    with pytest.raises(WrongPassword):
        erase_member(member=person, password="wrong", now=NOW)
    assert User.objects.get(pk=person.pk).username == "erdmute"


def test_every_foreign_key_of_accounts_to_a_user_is_accounted_for():
    keys = {
        f"accounts.{model.__name__}.{field.name}"
        for model in apps.get_app_config("accounts").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is User
    }

    assert keys == set(EXPORTS)


def test_a_decision_about_a_name_stays_and_loses_who_decided(person):
    name = make_unmatched_name()
    decide_ignore(names=[name.pk], by=person.username, at=NOW)
    erased = erase_member(member=person, password=PASSWORD, now=NOW)
    name.refresh_from_db()
    assert (name.decision, name.decided_by) == ("ignored", erased.username)
    assert "erdmute" not in name.decided_by
