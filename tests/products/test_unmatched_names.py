"""Names that no product has: noted by runs, decided once, taken back."""

import pytest

from products.actions.imports import undo_import
from products.actions.tree import add_product, remove_product
from products.actions.unmatched_names import (
    decide_alias,
    decide_create,
    decide_ignore,
    note_unmatched,
    undo_decision,
)
from products.errors import NothingToDecide, NotThatProduct, ProductInUse
from products.models import Product, ProductAlias, UnmatchedName, UnmatchedRows
from products.rules.places import Step
from tests.builders.accounts import NOW
from tests.builders.products import a_make, a_model, make_import_run, make_unmatched_name

pytestmark = pytest.mark.django_db
WHO = {"by": "admin", "at": NOW}


def test_a_name_becomes_another_name_of_a_sibling_and_nothing_else() -> None:
    name = make_unmatched_name(name="Rangerover Classic")
    elsewhere = a_model(name="F-150", make="Ford")
    for wrong in (elsewhere, a_make()):
        with pytest.raises(NotThatProduct, match="stands there"):
            decide_alias(names=[name.pk], product=wrong, **WHO)
    assert not ProductAlias.objects.exists()
    decide_alias(names=[name.pk], product=a_model(), **WHO)
    assert ProductAlias.objects.get(key="rangeroverclassic").product == a_model()
    name.refresh_from_db()
    assert (name.decision, name.decided_by) == ("alias", "admin")


def test_a_year_of_a_model_may_be_one_in_its_generations() -> None:
    model = a_model()
    generation = add_product(parent=model, kind="generation", name="L322", year_from=2002, year_to=2012)
    year = add_product(parent=generation, kind="year", name="2004")
    name = make_unmatched_name(name="2004.5", kind="year", under=model)
    decide_alias(names=[name.pk], product=year, **WHO)
    assert year.aliases.get().name == "2004.5"


def test_several_names_become_products_at_once_and_a_second_decision_is_refused() -> None:
    names = [make_unmatched_name(name=each, source_name=f"{each}.csv") for each in ("Freelander", "Discovery")]
    decide_create(names=[name.pk for name in names], **WHO)
    assert set(Product.objects.filter(kind="model").values_list("full_name", flat=True)) == {
        "Land Rover Freelander",
        "Land Rover Discovery",
    }
    with pytest.raises(NothingToDecide):
        decide_ignore(names=[name.pk for name in names], **WHO)


def test_undoing_takes_the_alias_or_the_product_away_and_the_name_waits_again() -> None:
    alias, made, ignored = (make_unmatched_name(name=each, source_name=each) for each in ("One", "Two", "Three"))
    decide_alias(names=[alias.pk], product=a_model(), **WHO)
    decide_create(names=[made.pk], **WHO)
    decide_ignore(names=[ignored.pk], **WHO)
    for name in (alias, made, ignored):
        assert undo_decision(name=name).decision == ""
    assert not ProductAlias.objects.exists()
    assert not Product.objects.filter(name="Two").exists()
    with pytest.raises(NothingToDecide):
        undo_decision(name=made)


def test_a_product_on_which_something_hangs_stays_and_so_does_the_decision() -> None:
    name = make_unmatched_name(name="Freelander")
    decide_create(names=[name.pk], **WHO)
    add_product(parent=Product.objects.get(name="Freelander"), kind="year", name="2001")
    with pytest.raises(ProductInUse):
        undo_decision(name=name)
    name.refresh_from_db()
    assert name.decision == "created"


def test_the_file_read_again_replaces_what_it_noted_and_other_files_add_up() -> None:
    name = make_unmatched_name(name="Freelander", rows=5)
    place = tuple(Step(*step) for step in name.place)
    again, other = make_import_run(source_name="FLAT_CMPL.txt", importer="import_nhtsa_flat"), make_import_run()
    note_unmatched(waiting={place: 3}, run=again)
    note_unmatched(waiting={place: 4}, run=other)
    assert sorted(UnmatchedRows.objects.values_list("rows", flat=True)) == [3, 4]
    note_unmatched(waiting={}, run=again)
    note_unmatched(waiting={}, run=other)
    assert not UnmatchedName.objects.exists()


def test_undoing_a_run_forgets_what_it_noted_but_not_what_was_decided() -> None:
    waits, decided = make_unmatched_name(source_name="a"), make_unmatched_name(source_name="b")
    decide_ignore(names=[decided.pk], **WHO)
    for name in (waits, decided):
        undo_import(run=name.waiting.get().run, at=NOW)
    assert list(UnmatchedName.objects.all()) == [decided]


def test_a_decided_name_whose_product_is_gone_waits_anew() -> None:
    name = make_unmatched_name(name="Freelander")
    decide_create(names=[name.pk], **WHO)
    remove_product(product=Product.objects.get(name="Freelander"))
    note_unmatched(waiting={tuple(Step(*step) for step in name.place): 1}, run=name.waiting.get().run)
    name.refresh_from_db()
    assert (name.decision, name.decided_at) == ("", None)
