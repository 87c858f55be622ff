"""Official component names and the shipped tree."""

import csv
from pathlib import Path

import pytest

from products.actions.load_components import load_components
from products.importers import component_names
from products.importers.component_names import component_of
from products.models import Component
from products.seed import seed_components
from wiki.classifier.names import paths, shipped_names


@pytest.mark.parametrize(
    ("official", "slug"),
    [
        ("AIR BAGS", "airbags"),
        ("SERVICE BRAKES, HYDRAULIC:ANTILOCK", "antilock-brakes"),
        ("service brakes,  hydraulic:ANTILOCK ", "antilock-brakes"),
        ("021000 SUSPENSION:FRONT", "suspension"),
        ("FORWARD COLLISION AVOIDANCE: AUTOMATIC EMERGENCY BRAKING", "forward-collision-avoidance"),
        ("STRUCTURE:BODY:DOOR:HINGE AND ATTACHMENTS", "doors"),
        ("STEERING:A PART NOBODY HAS HEARD OF", "steering"),
        ("UNKNOWN OR OTHER", None),
        ("EQUIPMENT:OTHER:LABELS", None),
        ("A SYSTEM NOBODY HAS HEARD OF", None),
        ("", None),
        (" : ", None),
    ],
)
def test_an_official_name_means_the_nearest_component_that_is_mapped(official: str, slug: str | None) -> None:
    assert component_of(official) == slug


def test_every_mapped_component_is_shipped() -> None:
    with Path(component_names.__file__).with_name("component_names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["slug"] for row in rows if row["slug"]} <= set(paths())
    assert len({row["nhtsa"] for row in rows}) == len(rows)


@pytest.mark.django_db
def test_the_slugs_of_the_map_are_those_of_the_database() -> None:
    load_components(entries=seed_components())
    assert set(Component.objects.values_list("slug", flat=True)) == set(paths())
    assert {slug for _, slug in shipped_names()} == set(paths())
