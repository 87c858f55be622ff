"""The garage keeps a serial number from everybody but its owner."""

from dataclasses import replace

import pytest
from django.db import connection

from accounts.actions.garage import (
    OwnedProductDetails,
    add_owned_product,
    choose_owned_product,
    edit_owned_product,
    remove_owned_product,
    retire_owned_product,
)
from accounts.errors import NotYours
from accounts.models import OwnedProduct
from accounts.queries.garage import default_product, garage_of, owned_product, serial_of
from tests.builders.accounts import NOW, make_moderator, make_user

VIN = "SALLMAMA34A123456"


@pytest.fixture
def owner(db):
    return make_user()


@pytest.fixture
def details(tree):
    return OwnedProductDetails(product=tree.range_rover, serial="sall mama34a 123456", usage=98000)


@pytest.fixture
def owned(owner, details):
    return add_owned_product(member=owner, details=details, now=NOW)


def test_the_serial_number_is_unreadable_in_the_database(owned):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_ownedproduct")
        assert VIN not in str(cursor.fetchall())


def test_the_owner_reads_the_serial_number_and_a_moderator_does_not(owned, owner):
    assert serial_of(owned, owner) == VIN
    assert serial_of(owned, make_moderator()) is None


def test_a_serial_number_encrypted_with_another_key_is_unreadable_and_no_error(owned, owner, settings, caplog):
    settings.FIELD_KEY = "another key of thirty-two letters"

    assert serial_of(owned, owner) is None
    assert "FIXLORE_FIELD_KEY" in caplog.text


def test_the_first_product_becomes_my_product_and_another_can_be_chosen(owned, owner, tree, details):
    second = add_owned_product(member=owner, details=replace(details, product=tree.ford), now=NOW)
    assert default_product(owner) == owned

    choose_owned_product(owned=second, actor=owner)
    assert default_product(owner) == second
    assert [each.pk for each in garage_of(owner)] == [second.pk, owned.pk]


def test_a_retired_product_is_no_longer_my_product_and_stands_last(owned, owner, details):
    second = add_owned_product(member=owner, details=details, now=NOW)
    retire_owned_product(owned=owned, actor=owner, now=NOW)

    assert default_product(owner) is None
    assert [each.pk for each in garage_of(owner)] == [second.pk, owned.pk]


def test_another_serial_number_undoes_what_was_shown_of_the_old_one(owned, owner, details):
    OwnedProduct.objects.update(possession_shown_at=NOW)
    kept = edit_owned_product(owned=owned, actor=owner, details=replace(details, usage=99000))
    assert kept.possession_shown_at == NOW

    changed = edit_owned_product(owned=owned, actor=owner, details=replace(details, serial="OTHER"))
    assert changed.possession_shown_at is None


def test_a_stranger_changes_nothing_in_somebody_elses_garage(owned, details):
    stranger = make_user()

    assert owned_product(stranger, owned.pk) is None
    for attempt in (
        lambda: edit_owned_product(owned=owned, actor=stranger, details=details),
        lambda: choose_owned_product(owned=owned, actor=stranger),
        lambda: retire_owned_product(owned=owned, actor=stranger, now=NOW),
        lambda: remove_owned_product(owned=owned, actor=stranger),
    ):
        with pytest.raises(NotYours):
            attempt()
    assert OwnedProduct.objects.get().retired_at is None


def test_the_owner_removes_a_product_with_its_serial_number(owned, owner):
    remove_owned_product(owned=owned, actor=owner)

    assert not OwnedProduct.objects.exists()


def test_the_garage_costs_one_query_whatever_its_size(owned, owner, details, django_assert_num_queries):
    for _ in range(4):
        add_owned_product(member=owner, details=details, now=NOW)
    with django_assert_num_queries(1):
        assert len([str(each) for each in garage_of(owner)]) == 5
