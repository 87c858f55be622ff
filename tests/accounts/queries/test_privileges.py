"""Reputation opens privileges; roles and organisations open some of them at once."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.errors import PrivilegeMissing
from accounts.queries.privileges import may, openings_of, refusal, require
from tests.builders.accounts import make_moderator, make_professional, make_staff, make_user


@pytest.mark.parametrize(
    ("privilege", "threshold"),
    [
        ("vote_up", 8),
        ("more_links", 10),
        ("vote_down", 50),
        ("new_component", 300),
        ("merge", 500),
        ("edit_without_review", 1000),
    ],
)
def test_a_privilege_opens_at_its_reputation(db, privilege, threshold):
    assert may(make_user(reputation=threshold), privilege)
    assert not may(make_user(reputation=threshold - 1), privilege)


@pytest.mark.parametrize("privilege", ["sighting", "post", "comment", "flag", "outcome"])
def test_a_new_member_takes_part_and_a_stranger_signs_in_first(db, privilege):
    assert may(make_user(), privilege)
    assert refusal(AnonymousUser(), privilege) == "Sign in first."


def test_the_refusal_says_what_is_missing(db):
    with pytest.raises(PrivilegeMissing, match="opens at a reputation of 50; you have 12"):
        require(make_user(reputation=12), "vote_down")


def test_a_moderator_needs_no_reputation_on_their_product(tree):
    moderator = make_moderator(product=tree.land_rover)

    assert may(moderator, "merge", tree.range_rover)
    assert not may(moderator, "merge", tree.ford)


def test_a_professional_may_link_at_once_and_earns_votes_like_anybody(tree):
    professional = make_professional(product=tree.cars)

    assert may(professional, "more_links", tree.ford)
    assert not may(professional, "vote_up", tree.ford)


def test_manufacturers_staff_votes_neither_on_its_own_products_nor_on_a_rivals(tree):
    staff = make_staff(product=tree.land_rover, reputation=100)

    assert not may(staff, "vote_up", tree.range_rover)
    assert not may(staff, "vote_down", tree.ford)
    assert may(staff, "vote_up", tree.bicycles)
    assert may(staff, "comment", tree.range_rover)


def test_an_unknown_privilege_is_a_mistake_in_the_code(db):
    with pytest.raises(AttributeError):
        may(make_user(), "fly")


def test_a_high_accuracy_opens_edits_whatever_the_reputation(db):
    assert may(make_user(reputation=20, accuracy=0.95), "edit_without_review")
    assert not may(make_user(reputation=20, accuracy=0.94), "edit_without_review")
    assert not may(make_user(reputation=20, accuracy=0.95), "merge")


def test_what_opens_next_is_told_with_the_points_that_are_missing(db):
    openings = openings_of(make_user(reputation=40))

    assert [(opening.privilege, opening.lacking) for opening in openings[:2]] == [
        ("vote_down", 10),
        ("new_component", 260),
    ]
    assert openings_of(make_user(reputation=5000)) == ()
    assert openings_of(make_moderator()) == ()
