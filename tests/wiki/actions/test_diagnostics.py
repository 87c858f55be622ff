"""Linking official diagnostics to problems."""

import pytest

from products.models import Change
from tests.builders.accounts import NOW, make_professional, make_staff
from tests.builders.products import a_category, a_make, a_model, make_diagnostic, make_product
from tests.builders.wiki import make_experienced, make_link, make_problem, make_regular
from wiki.actions.diagnostics import link_diagnostic, unlink_diagnostic
from wiki.errors import NotAllowed, NotApplying
from wiki.models import Remedy

pytestmark = pytest.mark.django_db


def test_a_link_makes_the_remedy_and_linking_twice_changes_nothing():
    author = make_regular()
    problem = make_problem(author=author)
    diagnostic = make_diagnostic(products=[a_model()])
    Change.objects.all().delete()

    link = link_diagnostic(problem=problem, diagnostic=diagnostic, actor=author, now=NOW)
    again = link_diagnostic(problem=problem, diagnostic=diagnostic, actor=author, now=NOW)

    assert (again, Remedy.objects.filter(diagnostic=diagnostic).count()) == (link, 1)
    assert Change.objects.filter(kind="problem", object_id=problem.pk).count() == 1


def test_authors_experienced_members_professionals_and_staff_link_and_others_do_not():
    problem = make_problem()
    with pytest.raises(NotAllowed):
        link_diagnostic(
            problem=problem, diagnostic=make_diagnostic(products=[a_model()]), actor=make_regular(), now=NOW
        )
    for actor in (make_experienced(), make_professional(product=a_make()), make_staff(product=a_make())):
        assert link_diagnostic(problem=problem, diagnostic=make_diagnostic(products=[a_model()]), actor=actor, now=NOW)


def test_a_diagnostic_of_other_products_does_not_apply_and_one_without_products_does():
    author = make_regular()
    problem = make_problem(author=author)
    volvo = make_product(parent=a_category(), kind="make", name="Volvo")

    with pytest.raises(NotApplying):
        link_diagnostic(problem=problem, diagnostic=make_diagnostic(products=[volvo]), actor=author, now=NOW)
    assert link_diagnostic(problem=problem, diagnostic=make_diagnostic(), actor=author, now=NOW)


def test_staff_take_no_link_away_and_the_author_does():
    author = make_regular()
    problem = make_problem(author=author)
    link = make_link(problem=problem, diagnostic=make_diagnostic(products=[a_model()]))

    with pytest.raises(NotAllowed):
        unlink_diagnostic(link=link, actor=make_staff(product=a_make()), now=NOW)
    with pytest.raises(NotAllowed):
        unlink_diagnostic(link=link, actor=make_regular(), now=NOW)
    unlink_diagnostic(link=link, actor=author, now=NOW)
    assert not problem.diagnostic_links.exists()
