"""Products, components, fault codes and official diagnostics, made through the actions that a site uses."""

import datetime
import itertools
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from products.actions.components import add_component
from products.actions.fault_codes import add_fault_code
from products.actions.official_diagnostics import publish_diagnostic
from products.actions.tree import add_product
from products.actions.unmatched_names import note_unmatched
from products.models import Component, FaultCode, ImportRun, OfficialDiagnostic, Product, SafetyClass, UnmatchedName
from products.rules.naming import key_of
from products.rules.places import Step

_numbers = itertools.count(1)


def make_product(
    *,
    parent: Product | None = None,
    kind: str = Product.Level.MODEL,
    name: str = "",
    aliases: Iterable[str] = (),
    **fields: Any,
) -> Product:
    """A product; without a parent one is made: a category for a make, a make for all else."""
    if parent is None and kind == Product.Level.MAKE:
        parent = a_category()
    elif parent is None and kind != Product.Level.CATEGORY:
        parent = a_make()
    return add_product(parent=parent, kind=kind, name=name or f"{kind} {next(_numbers)}", aliases=aliases, **fields)


def a_category(*, name: str = "Cars") -> Product:
    """The category of that name, made when it is not there."""
    return _child(None, Product.Level.CATEGORY, name)


def a_make(*, name: str = "Land Rover", category: str = "Cars") -> Product:
    """The make of that name in the category, made when it is not there."""
    return _child(a_category(name=category), Product.Level.MAKE, name)


def a_model(*, name: str = "Range Rover", make: str = "Land Rover", category: str = "Cars") -> Product:
    """The model of that name, made when it is not there."""
    return _child(a_make(name=make, category=category), Product.Level.MODEL, name)


def a_year(*, year: int = 2004, model: str = "Range Rover", make: str = "Land Rover") -> Product:
    """The model year, made when it is not there: the founding case's 2004 Land Rover Range Rover."""
    return _child(a_model(name=model, make=make), Product.Level.YEAR, str(year))


def make_component(
    *,
    name: str = "",
    parent: Component | None = None,
    safety_class: str = SafetyClass.GREEN,
    aliases: Iterable[str] = (),
    **fields: Any,
) -> Component:
    """A component; a system without a parent."""
    return add_component(
        parent=parent, name=name or f"component {next(_numbers)}", safety_class=safety_class, aliases=aliases, **fields
    )


def brake_light_switch() -> Component:
    """The founding case's part, brakes > brake switches > brake light switch, made when it is not there."""
    system = Component.objects.filter(key="brakes").first() or make_component(name="Brakes", safety_class="red")
    assembly = Component.objects.filter(key="brakeswitches").first() or make_component(
        name="Brake switches", parent=system, safety_class="amber"
    )
    return Component.objects.filter(key="brakelightswitch").first() or make_component(
        name="Brake light switch", parent=assembly, safety_class="amber", aliases=["Stop lamp switch"]
    )


def make_fault_code(*, code: str = "P0571", description: str = "", source: str = "a test", **fields: Any) -> FaultCode:
    """A fault code with a meaning."""
    return add_fault_code(code=code, description=description or f"Meaning of {code}", source=source, **fields)


def make_diagnostic(
    *,
    products: Iterable[Product] = (),
    kind: str = OfficialDiagnostic.Kind.PROCEDURE,
    publisher: str = "Land Rover",
    number: str = "",
    title: str = "Check the body computer",
    issued_on: datetime.date | None = datetime.date(2015, 3, 1),
    remedy_title: str = "Replace the body computer",
    remedy_cost: Decimal | None = Decimal(1500),
    remedy_hours: Decimal | None = Decimal("1.5"),
    **fields: Any,
) -> OfficialDiagnostic:
    """An official diagnostic with a remedy; the founding case's computer unless said otherwise."""
    return publish_diagnostic(
        kind=kind,
        publisher=publisher,
        number=number or f"TEST{next(_numbers):04}",
        title=title,
        products=products,
        issued_on=issued_on,
        remedy_title=remedy_title,
        remedy_cost=remedy_cost,
        remedy_hours=remedy_hours,
        **fields,
    )


def _child(parent: Product | None, kind: str, name: str) -> Product:
    found: Product | None = Product.objects.filter(parent=parent, key=key_of(name)).first()
    return found or add_product(parent=parent, kind=kind, name=name)


def make_import_run(**fields: Any) -> ImportRun:
    """A finished import run that wrote nothing."""
    fields = {
        "importer": "import_vehicles",
        "source_name": "vehicles.csv",
        "source_digest": "0" * 64,
        "started_at": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        "finished_at": datetime.datetime(2026, 1, 2, 0, 1, tzinfo=datetime.UTC),
        "state": ImportRun.State.FINISHED,
    } | fields
    return ImportRun.objects.create(**fields)


def make_unmatched_name(
    *, name: str = "", under: Product | None = None, kind: str = Product.Level.MODEL, rows: int = 1, **fields: Any
) -> UnmatchedName:
    """A name under a product (a make of cars for a model), for which rows of a new run wait."""
    above = under or a_make()
    way = [(step.kind, step.name) for step in Product.objects.on_path_of(above)]
    place = tuple(Step(*step) for step in [*way, (kind, name or f"Unheard {next(_numbers)}")])
    run = make_import_run(**({"importer": "import_nhtsa_flat", "source_name": "FLAT_CMPL.txt"} | fields))
    note_unmatched(waiting={place: rows}, run=run)
    return UnmatchedName.objects.get(waiting__run=run)
