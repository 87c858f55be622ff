"""Lists of vehicles become the product tree."""

import pytest

from products.actions.imports import undo_import
from products.actions.tree import add_product
from products.importers.vehicles import VehicleImporter
from products.models import Product, ProductAlias
from tests.products.importers.running import NOW, SAMPLES, counts, imported

pytestmark = pytest.mark.django_db


def paths() -> set[str]:
    return set(Product.objects.values_list("path", flat=True))


def test_a_list_becomes_makes_models_and_years_without_body_styles():
    run = imported(VehicleImporter(), SAMPLES / "vehicles.csv")
    assert counts(run) == (5, 0, 0, 0)
    assert paths() == {
        "cars",
        "cars/ford",
        "cars/ford/f-150",
        "cars/ford/f-150/2004",
        "cars/land-rover",
        "cars/land-rover/range-rover",
        "cars/land-rover/range-rover/2003",
        "cars/land-rover/range-rover/2004",
        "cars/mercedes-benz",
        "cars/mercedes-benz/c-class",
        "cars/mercedes-benz/c-class/2004",
        "cars/mini",
        "cars/mini/cooper",
        "cars/mini/cooper/2020",
    }
    year = Product.objects.get(path="cars/land-rover/range-rover/2004")
    assert (year.full_name, year.year_from, year.year_to, year.created_by_run) == (
        "2004 Land Rover Range Rover",
        2004,
        2004,
        run,
    )


def test_another_spelling_meets_what_is_there_and_an_unknown_year_stays_with_the_model():
    imported(VehicleImporter(), SAMPLES / "vehicles.csv")
    before = paths()
    run = imported(VehicleImporter(), SAMPLES / "vehicles_in_capitals.csv")
    assert counts(run) == (4, 0, 2, 0)
    assert paths() - before == {
        "cars/land-rover/range-rover/2005",
        "cars/ford/mustang",
        "cars/bmw",
        "cars/bmw/x5",
        "cars/chevrolet",
        "cars/chevrolet/malibu",
        "cars/chevrolet/malibu/2016",
    }
    assert set(ProductAlias.objects.values_list("name", "product__name")) == {
        ("Mercedes", "Mercedes-Benz"),
        ("Chevy", "Chevrolet"),
    }


def test_makes_in_capitals_are_written_in_their_own_way():
    imported(VehicleImporter(), SAMPLES / "vehicles_in_capitals.csv")
    assert set(Product.objects.filter(kind="make").values_list("name", flat=True)) == {
        "Land Rover",
        "Ford",
        "BMW",
        "Chevrolet",
    }
    assert Product.objects.get(path="cars/land-rover/range-rover").name == "Range Rover"


def test_the_list_read_again_changes_nothing_and_says_so():
    imported(VehicleImporter(), SAMPLES / "vehicles.csv")
    before = list(Product.objects.order_by("pk").values())
    again = imported(VehicleImporter(), SAMPLES / "vehicles.csv")
    assert counts(again) == (0, 0, 5, 0)
    assert again.message == "Nothing changed: all 5 rows were there already."
    assert list(Product.objects.order_by("pk").values()) == before


def test_what_an_official_list_names_is_no_demonstration_any_more_until_the_run_is_undone():
    cars = add_product(parent=None, kind="category", name="Cars", is_demonstration=True)
    make = add_product(parent=cars, kind="make", name="Land Rover", is_demonstration=True)
    model = add_product(parent=make, kind="model", name="Range Rover", is_demonstration=True)
    invented = add_product(parent=make, kind="model", name="Range Explorer", is_demonstration=True)
    run = imported(VehicleImporter(), SAMPLES / "vehicles.csv")
    for product, marked in ((cars, False), (make, False), (model, False), (invented, True)):
        product.refresh_from_db()
        assert product.is_demonstration is marked, product.name
    undo_import(run=run, at=NOW)
    model.refresh_from_db()
    assert model.is_demonstration
    assert Product.objects.count() == 4
