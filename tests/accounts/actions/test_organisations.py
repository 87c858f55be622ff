"""A moderator verifies an organisation; nobody verifies their own."""

import pytest

from accounts.actions.organisations import (
    add_organisation,
    join_organisation,
    verify_organisation,
    withdraw_verification,
)
from accounts.errors import NotPermitted, ScopeMissing
from accounts.models import User
from accounts.queries.organisations import verified_organisation
from tests.builders.accounts import NOW, make_moderator, make_organisation, make_user


@pytest.fixture
def workshop(tree):
    return add_organisation(kind="workshop", name="Torque & Sons", slug="torque", scope=[tree.land_rover])


def test_an_organisation_has_a_public_page_once_a_moderator_has_verified_it(workshop, tree):
    moderator = make_moderator()
    mechanic = make_user()
    join_organisation(organisation=workshop, member=mechanic, now=NOW)
    assert verified_organisation("torque") is None

    verify_organisation(organisation=workshop, actor=moderator, now=NOW)

    page = verified_organisation("torque")
    assert (page.organisation.verified_by, page.organisation.verified_at) == (moderator, NOW)
    assert page.members == (mechanic,)
    assert page.scope == (tree.land_rover,)
    assert User.objects.get(pk=mechanic.pk).has_perm("wiki.confirm_professionally", tree.range_rover)


def test_a_moderator_verifies_within_their_own_product_only(workshop, tree):
    with pytest.raises(NotPermitted):
        verify_organisation(organisation=workshop, actor=make_moderator(product=tree.ford), now=NOW)
    with pytest.raises(NotPermitted):
        verify_organisation(organisation=workshop, actor=make_user(reputation=9000), now=NOW)

    assert verify_organisation(organisation=workshop, actor=make_moderator(product=tree.cars), now=NOW).verified_at


def test_nobody_verifies_their_own_organisation(workshop):
    moderator = make_moderator()
    join_organisation(organisation=workshop, member=moderator, now=NOW)

    with pytest.raises(NotPermitted, match="their own"):
        verify_organisation(organisation=workshop, actor=moderator, now=NOW)


def test_an_organisation_without_a_scope_is_not_verified(tree):
    with pytest.raises(ScopeMissing):
        verify_organisation(organisation=make_organisation(is_verified=False), actor=make_moderator(), now=NOW)


def test_a_withdrawn_verification_takes_the_right_away(workshop, tree):
    moderator = make_moderator()
    mechanic = make_user()
    join_organisation(organisation=workshop, member=mechanic, now=NOW)
    verify_organisation(organisation=workshop, actor=moderator, now=NOW)
    with pytest.raises(NotPermitted):
        withdraw_verification(organisation=workshop, actor=mechanic, now=NOW)

    withdraw_verification(organisation=workshop, actor=moderator, now=NOW)
    assert not User.objects.get(pk=mechanic.pk).has_perm("wiki.confirm_professionally", tree.range_rover)


def test_the_public_page_costs_three_queries(workshop, django_assert_num_queries):
    verify_organisation(organisation=workshop, actor=make_moderator(), now=NOW)
    for _ in range(3):
        join_organisation(organisation=workshop, member=make_user(), now=NOW)
    with django_assert_num_queries(3):
        verified_organisation("torque")
