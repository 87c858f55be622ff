"""The product tree's one place of writing."""

import pytest
from django.db import transaction

from products.actions.tree import (
    add_alias,
    add_product,
    insert_generation,
    move_product,
    rebuild_tree,
    remove_product,
    rename_product,
)
from products.database import tree_lock
from products.errors import (
    MoveIntoItself,
    NameMissing,
    NameTaken,
    NameTooLong,
    ProductGone,
    ProductInUse,
    TreeLockMissing,
    WrongLevel,
    YearsOutOfOrder,
)
from products.models import Change, FormerPath, Product
from products.queries.tree_numbers import wrongly_numbered
from tests.builders.products import a_category, a_make, a_model, a_year, make_diagnostic, make_product

pytestmark = pytest.mark.django_db


def assert_tree_is_right() -> None:
    """What mptt's own rebuild gives equals what is stored."""
    fields = ("pk", "tree_id", "lft", "rght", "level", "path", "full_name", "full_name_key")
    before = list(Product.objects.order_by("pk").values_list(*fields))
    assert not list(wrongly_numbered(Product))
    Product.objects.rebuild()
    assert list(Product.objects.order_by("pk").values_list(*fields)) == before
    assert rebuild_tree() == 0


def test_a_product_has_the_path_of_its_slugs_and_the_name_a_person_says() -> None:
    year = a_year(year=2004)
    variant = add_product(parent=year, kind="variant", name="4.4 V8")
    assert variant.path == "cars/land-rover/range-rover/2004/4-4-v8"
    assert variant.full_name == "2004 Land Rover Range Rover 4.4 V8"
    assert (year.year_from, year.year_to) == (2004, 2004)
    assert_tree_is_right()


def test_products_added_in_any_order_stand_in_the_order_of_their_names() -> None:
    make = a_make()
    for name in ("Range Rover", "Defender", "iX", "LR4", "Discovery", "LR2"):
        add_product(parent=make, kind="model", name=name)
    for name in ("Bicycles", "Laptops", "Appliances"):
        a_category(name=name)
    make.refresh_from_db()
    assert [p.name for p in make.get_children()] == ["Defender", "Discovery", "iX", "LR2", "LR4", "Range Rover"]
    assert [p.name for p in Product.objects.root_nodes()] == ["Appliances", "Bicycles", "Cars", "Laptops"]
    assert_tree_is_right()


def test_a_sibling_in_another_spelling_is_refused_and_so_is_one_by_an_alias() -> None:
    make = a_make(name="Ford")
    model = add_product(parent=make, kind="model", name="F-150", aliases=["F Series light"])
    with pytest.raises(NameTaken, match="Ford F-150"):
        add_product(parent=make, kind="model", name="F150")
    with pytest.raises(NameTaken):
        add_product(parent=make, kind="model", name="f-series LIGHT")
    other = add_product(parent=make, kind="model", name="Ranger")
    with pytest.raises(NameTaken):
        add_alias(product=other, name="f 150")
    assert add_alias(product=model, name="F Series Light") == model.aliases.get()
    assert_tree_is_right()


@pytest.mark.parametrize(
    ("kind", "name", "refusal"),
    [
        ("model", " - ", NameMissing),
        ("model", "x" * 121, NameTooLong),
        ("make", "Rover", WrongLevel),
        ("category", "Cars", WrongLevel),
    ],
)
def test_a_name_or_level_that_cannot_be_is_refused(kind: str, name: str, refusal: type[Exception]) -> None:
    make = a_make()
    with pytest.raises(refusal):
        add_product(parent=make, kind=kind, name=name)
    assert Product.objects.count() == 2


def test_only_a_category_stands_at_the_root() -> None:
    with pytest.raises(WrongLevel):
        add_product(parent=None, kind="make", name="Ford")
    assert add_product(parent=None, kind="category", name="Cars").is_root_node()


def test_years_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(YearsOutOfOrder):
        make_product(kind="generation", parent=a_model(), year_from=2012, year_to=2002)


def test_renaming_moves_the_paths_of_everything_below_and_the_old_ones_redirect() -> None:
    year = a_year(model="Range Rover", year=2004)
    a_model(name="Defender")
    Change.objects.all().delete()
    renamed = rename_product(product=year.parent, name="Alpha Rover")
    year.refresh_from_db()
    assert renamed.path == "cars/land-rover/alpha-rover"
    assert (year.path, year.full_name) == ("cars/land-rover/alpha-rover/2004", "2004 Land Rover Alpha Rover")
    assert FormerPath.objects.get(path="cars/land-rover/range-rover/2004").product == year
    assert renamed.aliases.get().key == "rangerover"
    assert {c.object_id for c in Change.objects.all()} == {renamed.pk, year.pk}
    assert_tree_is_right()


def test_a_product_renamed_back_has_its_old_path_live_again() -> None:
    model = a_model()
    model = rename_product(product=model, name="Other")
    model = rename_product(product=model, name="Range Rover")
    assert model.path == "cars/land-rover/range-rover"
    assert [f.path for f in FormerPath.objects.all()] == ["cars/land-rover/other"]
    assert_tree_is_right()


def test_a_new_product_takes_over_a_path_that_only_redirected() -> None:
    model = rename_product(product=a_model(name="One"), name="Two")
    model.aliases.all().delete()
    a_model(name="One")
    assert not FormerPath.objects.filter(path="cars/land-rover/one").exists()


def test_moving_takes_the_whole_subtree_along() -> None:
    year = a_year(make="Rover", model="Range Rover", year=1994)
    target = a_make(name="Land Rover")
    moved = move_product(product=year.parent, parent=target)
    year.refresh_from_db()
    assert moved.parent_id == target.pk
    assert (year.path, year.full_name) == ("cars/land-rover/range-rover/1994", "1994 Land Rover Range Rover")
    assert FormerPath.objects.filter(path="cars/rover/range-rover/1994", product=year).exists()
    assert_tree_is_right()


def test_a_move_between_categories_keeps_both_trees_right() -> None:
    make = a_year(make="Honda", model="CB500", year=2019).parent.parent
    moved = move_product(product=make, parent=a_category(name="Motorcycles"))
    assert moved.path == "motorcycles/honda"
    assert_tree_is_right()


def test_a_product_cannot_move_below_itself_nor_to_a_level_that_does_not_hold_it() -> None:
    year = a_year()
    with pytest.raises(MoveIntoItself):
        move_product(product=year.parent, parent=year)
    with pytest.raises(WrongLevel):
        move_product(product=year.parent, parent=None)
    assert_tree_is_right()


def test_a_generation_slips_in_above_its_years() -> None:
    for year in (2001, 2002, 2004, 2012, 2013):
        a_year(year=year)
    model = a_model()
    generation = insert_generation(model=model, name="L322", year_from=2002, year_to=2012)
    assert [p.name for p in generation.get_children()] == ["2002", "2004", "2012"]
    assert [p.name for p in Product.objects.get(pk=model.pk).get_children()] == ["2001", "2013", "L322"]
    year = Product.objects.get(path="cars/land-rover/range-rover/l322/2004")
    assert year.full_name == "2004 Land Rover Range Rover L322"
    assert FormerPath.objects.get(path="cars/land-rover/range-rover/2004").product == year
    assert_tree_is_right()


def test_a_generation_stands_only_under_a_model() -> None:
    with pytest.raises(WrongLevel, match="under a model"):
        insert_generation(model=a_make(), name="L322", year_from=2002)


def test_a_product_on_which_something_hangs_stays() -> None:
    year = a_year()
    make_diagnostic(products=[year])
    with pytest.raises(ProductInUse):
        remove_product(product=year)
    with pytest.raises(ProductInUse):
        remove_product(product=year.parent)
    free = a_year(year=2005)
    remove_product(product=free)
    with pytest.raises(ProductGone):
        remove_product(product=free)
    assert_tree_is_right()


def test_a_tree_write_on_stale_nodes_uses_what_is_stored() -> None:
    first, stale = a_model(name="Zeta"), a_model(name="Zeta")
    for name in ("Alpha", "Beta", "Gamma"):
        a_year(model=name)
    rename_product(product=first, name="Eta")
    add_product(parent=stale, kind="year", name="2004")
    assert Product.objects.filter(path="cars/land-rover/eta/2004").exists()
    assert_tree_is_right()


def test_rebuild_repairs_numbers_paths_and_names_and_says_how_many_were_wrong() -> None:
    year = a_year()
    a_year(year=2005)
    Product.objects.filter(pk=year.pk).update(lft=1, rght=99, path="elsewhere", full_name="?", level=7)
    Product.objects.filter(pk=year.parent_id).update(rght=3)
    assert rebuild_tree() == 2
    year.refresh_from_db()
    assert (year.path, year.full_name) == ("cars/land-rover/range-rover/2004", "2004 Land Rover Range Rover")
    assert_tree_is_right()


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_refused_outside_a_transaction() -> None:
    with pytest.raises(TreeLockMissing):
        tree_lock()
    with transaction.atomic():
        tree_lock()
