"""An index of one's own for every test, and a small world to search."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from products.models import Change, Component, FaultCode, OfficialDiagnostic, Product, ProductAlias
from products.rules.naming import key_of
from wiki.models import Fix, Problem
from wiki.search.engines import ENGINES, chosen


@pytest.fixture(autouse=True)
def index_folder(tmp_path: Path, settings: Any) -> Any:
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    close_engines()
    yield settings.SEARCH_INDEX_DIR
    close_engines()


def close_engines() -> None:
    """Let go of the index that the last test had open, in every engine that is loaded."""
    for module in ENGINES.values():
        if module in sys.modules:
            sys.modules[module].close()


@pytest.fixture(params=sorted(ENGINES))
def each_engine(request: Any, settings: Any, index_folder: Any) -> Any:
    """Every test on each engine: what stands behind the seam answers alike."""
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="tantivy is an optional extra")
    settings.SEARCH_ENGINE = request.param
    return chosen()


def product(*, name: str, kind: str, parent: Product | None = None, **fields: Any) -> Product:
    slug = fields.pop("slug", name.lower().replace(" ", "-"))
    return Product.objects.create(
        name=name,
        kind=kind,
        parent=parent,
        slug=slug,
        key=key_of(name),
        path=f"{parent.path}/{slug}" if parent else slug,
        full_name=fields.pop("full_name", name),
        **fields,
    )


def problem(*, product: Product, title: str, symptom: str = "", **fields: Any) -> Problem:
    """A published problem, written as an action writes it: with its row in the change feed."""
    now = timezone.now()
    made = Problem.objects.create(
        product=product,
        title=title,
        symptom=symptom,
        symptom_html="",
        code_bases=f" {fields.pop('codes')} " if "codes" in fields else "",
        created_at=fields.pop("created_at", now),
        updated_at=now,
        **fields,
    )
    Change.objects.create(kind="problem", object_id=made.pk)
    return made


def fix(*, problem: Problem, title: str, steps: str = "", **fields: Any) -> Fix:
    now = timezone.now()
    made = Fix.objects.create(
        problem=problem,
        title=title,
        steps=steps,
        steps_html="",
        cost=60,
        hours=1,
        created_at=now,
        updated_at=now,
        **fields,
    )
    Change.objects.create(kind="fix", object_id=made.pk)
    return made


def recall(*, number: str, title: str, covers: list[Product] = (), codes: list[FaultCode] = (), **fields: Any) -> Any:
    made = OfficialDiagnostic.objects.create(
        kind=fields.pop("kind", "recall"),
        publisher=fields.pop("publisher", "NHTSA"),
        number=number,
        title=title,
        issued_on=fields.pop("issued_on", date(2024, 3, 1)),
        **fields,
    )
    for covered in covers:
        made.coverage.create(product=covered)
    made.codes.set(codes)
    Change.objects.create(kind="official", object_id=made.pk)
    return made


@dataclass
class World:
    cars: Product
    rover: Product
    ford: Product
    focus: Product
    year: Product
    switch: Component
    founding: Problem
    idle: Problem
    stall: Problem
    bulletin: Any


@pytest.fixture
def world(db: None) -> World:
    """The founding case among others: two makes, three problems, a fix, a code and two official diagnostics."""
    cars = product(name="Cars", kind="category")
    land_rover = product(name="Land Rover", kind="make", parent=cars)
    rover = product(name="Range Rover", kind="model", parent=land_rover, full_name="Land Rover Range Rover")
    year = product(
        name="2004", kind="year", parent=rover, full_name="2004 Land Rover Range Rover", year_from=2004, year_to=2004
    )
    ford = product(name="Ford", kind="make", parent=cars)
    focus = product(name="Focus", kind="model", parent=ford, full_name="Ford Focus")
    ProductAlias.objects.create(product=land_rover, name="Landrover", key="landrover")
    brakes = Component.objects.create(name="Brakes", slug="brakes")
    switch = Component.objects.create(name="Brake light switch", slug="brake-light-switch", parent=brakes)
    code = FaultCode.objects.create(base="P0571", description="Brake switch A circuit malfunction", source="demo")
    founding = problem(
        product=year,
        component=switch,
        title="Gearbox fault on the display, brake lights stay on",
        symptom="Gearbox fault on the dash and the brake light stays on even with the key out. Cruise is dead too.",
        codes="P0571 P0504",
        sighting_count=84,
    )
    fix(
        problem=founding,
        title="Replace the brake light switch",
        steps="Unplug the pedal switch and fit a new XKB500030.",
    )
    idle = problem(product=rover, title="Rough idle when cold", symptom="The engine shakes until warm.")
    stall = problem(
        product=focus, title="Engine stalls at traffic lights", symptom="Stalls when I brake, light comes on."
    )
    bulletin = recall(
        kind="procedure",
        publisher="Land Rover",
        number="LR-2005-17",
        title="Stop lamp switch circuit, P0571",
        covers=[rover],
        codes=[code],
    )
    recall(number="24V123000", title="Fuel pump may fail", covers=[focus], situation="The fuel pump can stop.")
    return World(cars, rover, ford, focus, year, switch, founding, idle, stall, bulletin)
