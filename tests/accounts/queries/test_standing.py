"""Standing: who speaks for whom, and which tier an outcome counts in."""

from datetime import timedelta

from accounts.models import User
from accounts.queries.organisations import managed_by, manages
from accounts.queries.standing import (
    badges_of,
    badges_of_many,
    forget_standing,
    is_staff_of_manufacturer,
    share_an_organisation,
    verified_organisation_of,
)
from tests.builders.accounts import (
    NOW,
    make_membership,
    make_moderator,
    make_organisation,
    make_professional,
    make_staff,
    make_user,
)


def test_staff_of_a_manufacturer_is_known_within_its_scope(tree):
    staff = make_staff(product=tree.land_rover)

    assert is_staff_of_manufacturer(staff, tree.range_rover)
    assert not is_staff_of_manufacturer(staff, tree.ford)
    assert not is_staff_of_manufacturer(make_professional(product=tree.cars), tree.range_rover)


def test_the_organisation_is_the_one_whose_scope_holds_the_product(tree):
    bikes = make_organisation(name="Wheels", scope=[tree.bicycles])
    user = make_professional(product=tree.bicycles, organisation=bikes)
    make_membership(organisation=make_organisation(name="Torque", scope=[tree.cars]), member=user)

    assert verified_organisation_of(user, tree.ford).name == "Torque"
    assert verified_organisation_of(user, tree.bicycles).name == "Wheels"
    assert verified_organisation_of(make_user()) is None


def test_colleagues_share_an_organisation_and_strangers_do_not(tree):
    workshop = make_organisation(scope=[tree.cars])
    one = make_professional(product=tree.cars, organisation=workshop)
    other = make_professional(product=tree.cars, organisation=workshop)

    assert share_an_organisation(one, other)
    assert not share_an_organisation(one, make_professional(product=tree.cars))


def test_badges_of_a_page_of_people_cost_two_queries(tree, django_assert_num_queries):
    people = [make_moderator(), make_staff(product=tree.land_rover), make_professional(product=tree.cars), make_user()]
    people = list(User.objects.filter(pk__in=[user.pk for user in people]).order_by("pk"))

    with django_assert_num_queries(2):
        badges = badges_of_many(people)
        kinds = [[badge.kind for badge in badges[user.pk]] for user in people]
        assert badges_of(people[1], tree.ford) == ()
    assert kinds == [["moderator"], ["manufacturer"], ["workshop"], []]


def test_a_manager_manages_a_verified_organisation_for_as_long_as_the_place_lasts(tree, django_assert_num_queries):
    torque, other = make_organisation(scope=[tree.cars]), make_organisation(scope=[tree.cars])
    boss, mechanic = make_user(), make_user()
    place = make_membership(organisation=torque, member=boss, is_manager=True)
    make_membership(organisation=make_organisation(is_verified=False), member=boss, is_manager=True)
    make_membership(organisation=torque, member=mechanic)

    assert list(managed_by(boss)) == [torque]
    with django_assert_num_queries(0):
        assert manages(boss, torque)
        assert not manages(boss, other)
    assert not manages(mechanic, torque)
    assert not managed_by(mechanic).exists()

    place.until = NOW - timedelta(days=1)
    place.save()
    forget_standing(boss)
    assert not manages(boss, torque)
    assert not managed_by(boss).exists()
