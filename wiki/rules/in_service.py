"""Reports per thousand units by months in service and by year. Months are whole numbers, 12 · year + month - 1.

A unit counts in a band of months only as far as it has lived through it, so a rate is reports per thousand unit-years.
A unit's first month is the month in which it was built; the running month is complete for nobody, and neither its
reports nor its exposure count. When a report's unit was built is known between two months at best. It is spread over
nothing: a rate lies between the reports that are surely in a band and those that may be.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wiki.rules.aggregates import AggregateRules, shown

BANDS: tuple[tuple[int, int | None], ...] = ((0, 3), (3, 6), (6, 12), (12, 24), (24, 36), (36, None))
"""Months in service, the second one excluded; None is without end."""
MONTHS_OF_A_YEAR = 12
THOUSAND = 1000.0


@dataclass(frozen=True, slots=True)
class Built:
    """`units` built in a month; `year` is the product's own where it has one, else the year of the month."""

    month: int
    units: int
    year: int


@dataclass(frozen=True, slots=True)
class Reported:
    """A report received in a month, of a unit built from `first` to `last`; `year` as in `Built`, if it is known."""

    first: int
    last: int
    received: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class BandRate:
    """Reports in a band of months in service per thousand unit-years; None where too few people are behind a figure."""

    low: int
    high: int | None
    unit_months: int
    sure: int | None
    possible: int | None

    @property
    def label(self) -> str:
        """The band in words."""
        return f"{self.low}+ months" if self.high is None else f"{self.low}–{self.high} months"

    @property
    def at_least(self) -> float | None:
        """Reports that are surely in the band, per thousand unit-years."""
        return self._rate(self.sure)

    @property
    def at_most(self) -> float | None:
        """Reports that may be in it, per thousand unit-years."""
        return self._rate(self.possible)

    def _rate(self, reports: int | None) -> float | None:
        if reports is None or self.unit_months == 0:
            return None
        return reports * THOUSAND * MONTHS_OF_A_YEAR / self.unit_months


@dataclass(frozen=True, slots=True)
class YearRate:
    """Reports on units of a year per thousand of them; `reports` is None where too few people are behind it."""

    year: int
    units: int
    reports: int | None

    @property
    def per_thousand(self) -> float | None:
        """Reports per thousand units."""
        return None if self.reports is None else self.reports * THOUSAND / self.units


def month_of(day: datetime.date) -> int:
    """The number of a day's month."""
    return MONTHS_OF_A_YEAR * day.year + day.month - 1


def exposure(built: int, low: int, high: int | None, *, until: int) -> int:
    """How many months of a band a unit has lived through before the month `until`."""
    lived = max(0, until - built)
    return max(0, min(lived, high if high is not None else lived) - low)


def by_months_in_service(
    units: Iterable[Built], reports: Iterable[Reported], rules: AggregateRules, *, until: int
) -> tuple[BandRate, ...]:
    """Each band with its exposure and its reports of before the month `until`.

    A report that came in before its unit can have been built counts in none.
    """
    by_month: Counter[int] = Counter()
    for each in units:
        by_month[each.month] += each.units
    sure: Counter[int] = Counter()
    possible: Counter[int] = Counter()
    for report in reports:
        last = min(report.last, report.received)
        if report.received >= until or report.first > last:
            continue
        youngest, oldest = band_of(report.received - last), band_of(report.received - report.first)
        sure[youngest] += youngest == oldest
        for band in range(youngest, oldest + 1):
            possible[band] += 1
    return tuple(
        BandRate(
            low,
            high,
            sum(number * exposure(month, low, high, until=until) for month, number in by_month.items()),
            shown(sure[band], rules),
            shown(possible[band], rules),
        )
        for band, (low, high) in enumerate(BANDS)
    )


def band_of(age: int) -> int:
    """The number of the band of an age in months, 0 at least."""
    return max(band for band, (low, _) in enumerate(BANDS) if low <= age)


def by_year(units: Iterable[Built], reports: Iterable[Reported], rules: AggregateRules) -> tuple[YearRate, ...]:
    """Reports per thousand units of each year that has units, in order; reports of an unknown year count nowhere."""
    built: Counter[int] = Counter()
    for each in units:
        built[each.year] += each.units
    counted = Counter(report.year for report in reports)
    return tuple(YearRate(year, built[year], shown(counted[year], rules)) for year in sorted(built))
