"""Imported repairs on the page of a product."""

import datetime

import pytest

from tests.builders.accounts import NOW
from tests.builders.products import a_category, a_make
from tests.html import read
from wiki.models import Repair, Sighting
from wiki.queries.repairs import repairs_of

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 5, 1)


def repairs(product, result: str, count: int, provider: str = "Fixit Clinic") -> None:
    for number in range(count):
        sighting = Sighting.objects.create(product=product, seen_on=DAY, created_at=NOW)
        Repair.objects.create(
            external_number=f"{product.pk}-{result}-{provider}-{number}",
            product=product,
            sighting=sighting,
            result=result,
            repaired_on=DAY,
            provider=provider,
        )


def test_repairs_below_a_product_are_counted_by_result_and_name_who_recorded_them(django_assert_num_queries) -> None:
    kettles, other = a_category(name="Kettles"), a_category(name="Lamps")
    make = a_make(name="Boilwell", category="Kettles")
    repairs(make, "fixed", 6)
    repairs(kettles, "end_of_life", 2, "The Restart Project")
    repairs(kettles, "unknown", 1)
    repairs(other, "fixed", 5)
    kettles.refresh_from_db()

    found = repairs_of(kettles)
    assert found is not None
    assert [(row.words, row.number, row.percent) for row in found.rows] == [
        ("fixed", 6, 75),
        ("end of life", 2, 25),
        ("not recorded", 1, None),
    ]
    assert (found.total, found.providers) == (9, ("Fixit Clinic", "The Restart Project"))
    with django_assert_num_queries(1):  # the counts are kept
        assert repairs_of(kettles) == found


def test_a_hub_shows_repairs_with_attribution_and_licence_and_nothing_without_any(client) -> None:
    make = a_make(name="Boilwell", category="Kettles")
    repairs(make, "repairable", 1)
    page = read(client.get(make.get_absolute_url()))
    assert "Repairable, not there and then" in page.one("repair-row").text
    assert "Fixit Clinic" in page.one("repairs").text
    assert page.one("repairs").links["CC BY-SA 4.0"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert not read(client.get(a_make(name="Ford").get_absolute_url())).has("repairs")
