"""How much a problem's page is worth among others with the same words: 0 to 1000, from its best remedy.

chance × n/(n + enough) × 2^(−months/half-life): a remedy that works, of which much is known, of late. A product and not
a sum, so that neither many reports of failure nor one old success makes a page good.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST = 1000
"""The quality of a page that nothing could improve."""

CYCLE = 28
"""Days after which a quality is reckoned anew where nothing but time has passed."""


@dataclass(frozen=True, slots=True)
class QualityRules:
    """What makes a page good, as the community has set it; it reorders what matches nearly as well, never more."""

    enough_reports: float = field(
        default=3.0, metadata={"unit": "reports", "help": "Reports on a remedy at which half of its quality counts."}
    )
    half_life_months: float = field(
        default=48.0, metadata={"unit": "months", "help": "Age of the latest report at which quality counts half."}
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a remedy at the problem's own product.

    `chance` that it works; `reports` that say so, weighted, without votes; `months` since the latest of them.
    """

    chance: float
    reports: float
    months: float


def quality_of(remedies: Iterable[Known], rules: QualityRules) -> int:
    """The quality of a problem: that of its best remedy; 0 where nobody has tried one."""
    return round(MOST * max((_worth(known, rules) for known in remedies), default=0.0))


def _worth(known: Known, rules: QualityRules) -> float:
    if known.reports <= 0:
        return 0.0
    evidence = known.reports / (known.reports + rules.enough_reports)
    freshness: float = 2.0 ** (-max(0.0, known.months) / rules.half_life_months)
    return min(1.0, known.chance) * evidence * freshness


def reckoned_on(problem: int, today: datetime.date) -> datetime.date:
    """The day for which a problem's quality is reckoned: the latest one of its own in a cycle of four weeks.

    So age counts, an index made on any day agrees with one made today, and each day few problems fall due.
    """
    return today - datetime.timedelta(days=(today.toordinal() + problem) % CYCLE)
