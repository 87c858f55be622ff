"""Permissions follow from roles on a product or an ancestor, and from verified memberships."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Organisation, User
from tests.builders.accounts import (
    make_admin,
    make_membership,
    make_moderator,
    make_organisation,
    make_professional,
    make_staff,
    make_user,
)

MODERATION = ["wiki.see_hidden", "wiki.moderate", "wiki.edit_any"]


@pytest.mark.parametrize("permission", MODERATION)
def test_a_moderator_of_a_make_moderates_what_stands_below_it_and_nothing_else(tree, permission):
    moderator = make_moderator(product=tree.land_rover)

    assert moderator.has_perm(permission, tree.land_rover)
    assert moderator.has_perm(permission, tree.range_rover)
    assert not moderator.has_perm(permission, tree.cars)
    assert not moderator.has_perm(permission, tree.ford)
    assert not moderator.has_perm(permission)


@pytest.mark.parametrize("permission", MODERATION)
def test_a_moderator_of_everything_moderates_every_product(tree, permission):
    moderator = make_moderator()

    assert moderator.has_perm(permission)
    assert moderator.has_perm(permission, tree.ford)
    assert moderator.has_perm(permission, tree.bicycles)


@pytest.mark.parametrize("permission", [*MODERATION, "wiki.answer_officially", "wiki.confirm_professionally"])
def test_members_and_strangers_hold_no_permission(tree, permission):
    for user in (make_user(reputation=5000), AnonymousUser()):
        assert not user.has_perm(permission)
        assert not user.has_perm(permission, tree.range_rover)


def test_an_inactive_moderator_holds_no_permission(tree):
    moderator = make_moderator()
    moderator.is_active = False

    assert not moderator.has_perm("wiki.moderate")


def test_staff_of_a_verified_manufacturer_answers_within_its_scope_only(tree):
    staff = make_staff(product=tree.land_rover)

    assert staff.has_perm("wiki.answer_officially", tree.range_rover)
    assert not staff.has_perm("wiki.answer_officially", tree.ford)
    assert not staff.has_perm("wiki.answer_officially")
    assert not staff.has_perm("wiki.confirm_professionally", tree.range_rover)
    assert not staff.has_perm("wiki.moderate", tree.range_rover)


def test_a_workshop_confirms_professionally_within_its_scope_and_never_answers_officially(tree):
    professional = make_professional(product=tree.cars)

    assert professional.has_perm("wiki.confirm_professionally", tree.ford)
    assert not professional.has_perm("wiki.confirm_professionally", tree.bicycles)
    assert not professional.has_perm("wiki.answer_officially", tree.ford)


def test_a_parts_supplier_is_no_professional(tree):
    supplier = make_organisation(kind=Organisation.Kind.SUPPLIER, scope=[tree.cars])

    assert not make_professional(product=tree.cars, organisation=supplier).has_perm(
        "wiki.confirm_professionally", tree.cars
    )


def test_an_unverified_organisation_gives_nothing_until_it_is_verified(tree):
    workshop = make_organisation(scope=[tree.cars], is_verified=False)
    user = make_professional(product=tree.cars, organisation=workshop)
    assert not user.has_perm("wiki.confirm_professionally", tree.cars)

    workshop.verified_at = user.date_joined
    workshop.save()
    assert User.objects.get(pk=user.pk).has_perm("wiki.confirm_professionally", tree.cars)


def test_a_membership_that_has_ended_gives_nothing(tree):
    user = make_user()
    make_membership(organisation=make_organisation(scope=[tree.cars]), member=user, until=user.date_joined)

    assert not user.has_perm("wiki.confirm_professionally", tree.cars)


def test_moderators_view_everything_in_the_admin_site_and_change_only_what_they_care_for(tree):
    moderator = make_moderator()

    assert moderator.has_perm("accounts.view_reputationevent")
    assert moderator.has_perm("accounts.change_organisation")
    assert moderator.has_perm("wiki.change_outcome")
    assert not moderator.has_perm("accounts.change_communityrule")
    assert not moderator.has_perm("accounts.change_role")
    assert make_admin().has_perm("accounts.change_role")
    assert not make_user().has_perm("accounts.view_reputationevent")


def test_any_number_of_questions_about_a_person_costs_two_queries(tree, django_assert_num_queries):
    staff = make_staff(product=tree.land_rover)
    for scope in (tree.ford, tree.bicycles):
        make_membership(organisation=make_organisation(scope=[scope, tree.cars]), member=staff)
    staff = User.objects.get(pk=staff.pk)

    with django_assert_num_queries(2):
        for product in (None, tree.cars, tree.range_rover, tree.ford, tree.bicycles):
            for permission in MODERATION:
                staff.has_perm(permission, product)
