"""Example data of the style guide's part on emerging issues. Invented."""

from __future__ import annotations

import datetime
from typing import Any

from wiki.models import EmergingIssue
from wiki.rules.issue_chart import Mark, WeekFigures, draw_chart

FIRST = datetime.date(2026, 1, 5)
COUNTS = (0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 2, 0, 1, 0, 1, 2, 1, 2, 1, 2, 3, 1, 2, 2, 1, 3, 2, 3, 2, 3)
SCORES = (
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    1,
    0,
    1,
    3,
    3,
    5,
    6,
    7,
    10,
    10,
    11,
    12,
    12,
    14,
    15,
    18,
    20,
    23,
)


def issue_examples() -> dict[str, Any]:
    """An issue on watch, one on alert, one answered, one closed, and a chart with every kind of mark."""
    weeks = [
        WeekFigures(FIRST + datetime.timedelta(weeks=place), count, 0.4 + place / 200, float(score))
        for place, (count, score) in enumerate(zip(COUNTS, SCORES, strict=True))
    ]
    watch, alert = weeks[25].monday, weeks[33].monday
    return {
        "issue_levels": [
            EmergingIssue(level="watch", state="new"),
            EmergingIssue(level="alert", state="under_review"),
            EmergingIssue(level="alert", state="answered"),
            EmergingIssue(level="watch", state="closed"),
        ],
        "issue_ratios": [
            ("As expected", 1.0, 0.6, 1.7),
            ("Five times", 5.1, 3.6, 7.0),
            ("Without an interval", 2.4, None, None),
        ],
        "issue_weeks": [(week.observed, week.monday >= watch) for week in weeks],
        "issue_chart": draw_chart(
            weeks,
            marks=[
                Mark(watch, "watch", "Watch, 29 Jun 2026"),
                Mark(alert, "alert", "Alert, 24 Aug 2026"),
                Mark(datetime.date(2026, 3, 14), "bulletin", "HB-031"),
                Mark(datetime.date(2026, 8, 1), "recall", "26V-118"),
            ],
            flagged_from=watch,
            watch=7.1,
            alert=16.2,
        ),
    }
