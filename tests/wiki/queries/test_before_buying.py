"""What breaks when, from counts."""

import pytest

from products.models import Component
from tests.builders.products import a_model, brake_light_switch
from tests.builders.wiki import make_problem, make_unassigned
from wiki.queries.before_buying import age_label, before_buying, mileage_label
from wiki.queries.tallies import LAST_AGE_BAND, LAST_MILEAGE_BAND, BandCount, tally_of


def test_bands_are_named_by_what_they_span():
    assert [mileage_label(band) for band in (0, 1, LAST_MILEAGE_BAND)] == [
        "under 30,000 miles",
        "30,000 to 60,000 miles",
        "over 150,000 miles",
    ]
    assert [age_label(band) for band in (0, 1, LAST_AGE_BAND)] == ["under 4 years", "4 to 7 years", "16 years and more"]


def test_three_systems_are_named_most_reports_first_and_reports_without_one_count_all_the_same():
    systems = {key: Component(pk=key, name=f"System {key}") for key in range(1, 5)}
    counts = [BandCount(key, None, 1, 10 * key) for key in systems] + [BandCount(None, None, 1, 7)]

    (band,) = before_buying(counts, systems, []).by_mileage

    assert band.reports == 107
    assert [weak.component.pk for weak in band.weaknesses] == [4, 3, 2]


def test_nothing_known_says_nothing():
    assert not before_buying([], {}, [])


@pytest.mark.django_db
def test_the_tally_adds_up_to_what_is_stored():
    component = brake_light_switch()
    make_unassigned(count=2, component=component, usage=149_999)
    make_unassigned(count=3, component=component, usage=150_000)
    make_unassigned(count=4, component=component, usage=48_281, usage_unit="km")
    make_unassigned(count=5, component=component, usage=900, usage_unit="h")
    filed = make_unassigned(count=1)[0]
    filed.problem = make_problem()
    filed.save()

    tally = tally_of([a_model()], with_bands=True)

    assert sum(row.count for row in tally.unassigned) == 14
    by_mileage: dict[int | None, int] = {}
    for row in tally.bands:
        by_mileage[row.mileage] = by_mileage.get(row.mileage, 0) + row.count
    assert by_mileage == {4: 2, 5: 3, 1: 4, None: 6}
