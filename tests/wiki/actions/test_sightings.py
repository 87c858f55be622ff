"""Saying "I have this too"."""

import pytest

from accounts.errors import PrivilegeMissing
from tests.builders.accounts import NOW, make_owned_product, make_user
from tests.builders.products import a_category, a_model, a_year, make_product
from tests.builders.wiki import make_problem, make_regular
from wiki.actions.problems import delete_problem
from wiki.actions.sightings import report_sighting, report_unassigned, withdraw_sighting
from wiki.errors import AlreadySeen, NotAllowed, NotYourProduct, PostGone
from wiki.models import Problem, Sighting
from wiki.rules.severity import CLASSES

pytestmark = pytest.mark.django_db


def count(problem):
    """The stored count."""
    return Problem.objects.get(pk=problem.pk).sighting_count


def test_a_sighting_counts_once_per_member_and_once_per_owned_product():
    problem = make_problem(product=a_model())
    member = make_regular()
    car = make_owned_product(member=member, product=a_year(), usage=90_000, usage_unit="km")

    assert report_sighting(problem=problem, actor=member, now=NOW).product == a_model()
    with pytest.raises(AlreadySeen):
        report_sighting(problem=problem, actor=member, now=NOW)
    owned = report_sighting(problem=problem, owned_product=car, actor=member, now=NOW)
    assert (owned.product, owned.usage, owned.usage_unit) == (a_year(), 90_000, "km")
    with pytest.raises(AlreadySeen):
        report_sighting(problem=problem, owned_product=car, actor=member, now=NOW)
    assert count(problem) == 2


def test_it_opens_with_the_first_day_and_asks_for_ones_own_product():
    problem = make_problem()
    assert report_sighting(problem=problem, actor=make_user(reputation=0), now=NOW)

    with pytest.raises(NotYourProduct):
        report_sighting(
            problem=problem,
            owned_product=make_owned_product(member=make_regular(), product=a_year()),
            actor=make_regular(),
            now=NOW,
        )
    with pytest.raises(NotAllowed):
        dishwasher = make_product(parent=a_category(name="Dishwashers"), kind="make", name="Bosch")
        report_sighting(problem=problem, product=dishwasher, actor=make_regular(), now=NOW)
    with pytest.raises(PrivilegeMissing):
        report_sighting(problem=problem, actor=make_user(is_active=False), now=NOW)


def test_taking_it_back_lowers_the_count_once():
    problem = make_problem()
    member = make_regular()
    sighting = report_sighting(problem=problem, actor=member, now=NOW)

    with pytest.raises(NotAllowed):
        withdraw_sighting(sighting=sighting, actor=make_regular(), now=NOW)
    withdraw_sighting(sighting=sighting, actor=member, now=NOW)
    withdraw_sighting(sighting=sighting, actor=member, now=NOW)
    assert (count(problem), Sighting.objects.count()) == (0, 0)


def test_a_deleted_problem_takes_no_sightings():
    author = make_regular()
    problem = make_problem(author=author)
    delete_problem(problem=problem, actor=author, now=NOW)

    with pytest.raises(PostGone):
        report_sighting(problem=problem, actor=make_regular(), now=NOW)


def test_severity_comes_from_the_words_and_a_ticked_box_counts_as_at_least_smoke():
    problem = make_problem()
    quiet, burnt, ticked = (
        report_sighting(problem=problem, actor=make_regular(), now=NOW, text=text, harm=harm)
        for text, harm in (("It rattles.", False), ("The car caught fire.", False), ("It rattles.", True))
    )
    assert (quiet.severity, quiet.harm) == ("none", False)
    assert (burnt.severity, burnt.harm) == ("fire", True)
    assert (ticked.severity, ticked.harm) == ("property", True)
    unassigned = report_unassigned(
        product=problem.product, actor=make_regular(), now=NOW, text="I crashed into a wall when it stalled."
    )
    assert (unassigned.severity, unassigned.get_severity_display(), unassigned.harm) == ("crash", "a crash", False)


def test_every_severity_of_the_rule_can_be_stored():
    assert tuple(Sighting.Severity.values) == CLASSES
