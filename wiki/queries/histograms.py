"""Reports by mileage or age, as a small table with bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from accounts.models import OwnedProduct
from wiki.queries.before_buying import mileage_label
from wiki.queries.tallies import KM_PER_MILE, LAST_MILEAGE_BAND, MILEAGE_STEP


@dataclass(frozen=True)
class Band:
    """Reports within a span of mileage or age; `is_ours` where the product at hand lies in it."""

    label: str
    count: int
    is_ours: bool = False


@dataclass(frozen=True)
class Histogram:
    """Reports by mileage or age; `unknown` say nothing of it."""

    bands: tuple[Band, ...]
    unknown: int

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((band.count for band in self.bands), default=1) or 1


def mileage_band(usage: int | None, unit: str) -> int | None:
    """The band of a mileage; None where none was said."""
    if usage is None or unit not in (OwnedProduct.Unit.MILES, OwnedProduct.Unit.KILOMETRES):
        return None
    miles = usage if unit == OwnedProduct.Unit.MILES else usage / KM_PER_MILE
    return min(int(miles // MILEAGE_STEP), LAST_MILEAGE_BAND)


def bands_of(counts: Counter[int | None], last: int, label: Callable[[int], str]) -> tuple[Band, ...]:
    """The bands in order, those without a report too; none where nothing was said."""
    if not any(counts[band] for band in range(last + 1)):
        return ()
    return tuple(Band(label(band), counts[band]) for band in range(last + 1))


def mileage_histogram(usages: Iterable[tuple[int | None, str]], *, ours: int | None = None) -> Histogram:
    """Reports by mileage, each given by its usage and unit; `ours` is the band of the product at hand."""
    counts = Counter(mileage_band(usage, unit) for usage, unit in usages)
    bands = bands_of(counts, LAST_MILEAGE_BAND, mileage_label)
    marked = tuple(replace(band, is_ours=True) if index == ours else band for index, band in enumerate(bands))
    return Histogram(marked, counts[None])
