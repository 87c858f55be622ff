"""Where a row of an official vehicle list stands in the product tree."""

from collections.abc import Iterable
from functools import lru_cache

from products.actions.change_feed import tell_changes
from products.actions.load_products import Place, Step, load_products
from products.actions.tree import add_alias
from products.errors import NameTaken
from products.importers.changes import change_rows
from products.importers.engine import RowRefused
from products.importers.spelling import make_name, model_name, other_names
from products.models import Change, ImportRun, Product
from products.rules.naming import key_of

CARS = "Cars"
# The letter of a campaign number, and of a complaint, says what it is about; it does not part cars from other vehicles.
RECALLED = {"V": CARS, "E": "Vehicle equipment", "T": "Tires", "C": "Child seats"}
_NO_YEAR = frozenset({"", "9999", "0"})
_FIRST_YEAR, _LAST_YEAR = 1885, 2100
_LONGEST_NAME = 100


@lru_cache(maxsize=65_536)
def vehicle_place(make: str, model: str, year: str, category: str = CARS) -> Place:
    """The place of a make, model and year; without a year (blank or 9999) the model, without a model the make.

    Raises RowRefused for a name without a letter or digit, or too long, and for something that is no year.
    """
    steps = [Step(Product.Level.CATEGORY, category), Step(Product.Level.MAKE, _checked(make_name(make), "make"))]
    if model.strip():
        steps.append(Step(Product.Level.MODEL, _checked(model_name(model), "model")))
    known_year = model_year(year)
    if known_year is not None:
        if len(steps) == 2:
            raise RowRefused("A year without a model.")
        steps.append(Step(Product.Level.YEAR, str(known_year)))
    return tuple(steps)


def model_year(text: str) -> int | None:
    """The model year, None for an unknown one (blank, 0 or 9999). Raises RowRefused for what is no year."""
    digits = text.strip().removesuffix(".0")
    if digits in _NO_YEAR:
        return None
    if not (digits.isascii() and digits.isdigit()) or not _FIRST_YEAR <= int(digits) <= _LAST_YEAR:
        raise RowRefused(f"“{digits[:20]}” is no model year.")
    return int(digits)


def load_places(places: Iterable[Place], run: ImportRun) -> dict[Place, int]:
    """Find or make the products of all places, with one renumbering, and the makes' other names; their ids.

    What an official list names is no demonstration any more.
    """
    wanted = dict.fromkeys(place[:depth] for place in places for depth in range(1, len(place) + 1))
    ids = dict(load_products(places=wanted, run=run).ids)
    for place in wanted:
        if len(place) == 2:
            _name_make(ids[place], place[1].name, run)
    named = frozenset(ids.values())
    invented = Product.objects.filter(is_demonstration=True).values_list("pk", flat=True)
    real = [pk for pk in invented if pk in named]
    change_rows(run, Product, [(pk, {"is_demonstration": True}, {"is_demonstration": False}) for pk in real])
    tell_changes(Change.Kind.PRODUCT, real)
    return ids


def _name_make(product_id: int, name: str, run: ImportRun) -> None:
    for alias in other_names(name):
        product = Product.objects.get(pk=product_id)
        try:
            add_alias(product=product, name=alias, run=run)
        except NameTaken:
            continue  # a member has made a product of that name; it stays theirs


def _checked(name: str, what: str) -> str:
    if not key_of(name):
        raise RowRefused(f"The {what} has no letter or digit.")
    if len(name) > _LONGEST_NAME or len(key_of(name)) > _LONGEST_NAME:
        raise RowRefused(f"The {what} is longer than {_LONGEST_NAME} characters.")
    return name
