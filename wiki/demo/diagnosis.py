"""Tests of a problem in the demonstration files."""

from decimal import Decimal

from wiki.actions.drafts import ReadingDraft, TestDraft
from wiki.demo.sources import Table
from wiki.models import Problem
from wiki.queries.diagnosis import remedies_of_problem


def draft_of(row: Table, problem: Problem) -> TestDraft:
    """A test as its row says it; readings point to remedies by their titles."""
    remedies = {remedy.title: remedy.pk for remedy in remedies_of_problem(problem)}
    return TestDraft(
        title=row["title"],
        how=row["how"].strip(),
        money=Decimal(str(row.get("money", 0))),
        hours=Decimal(str(row["hours"])),
        tools=row.get("tools", ""),
        safety_class=row.get("safety", "green"),
        readings=tuple(
            ReadingDraft(
                label=reading["label"],
                points={remedies[title]: strength for title, strength in reading.get("points", {}).items()},
            )
            for reading in row["readings"]
        ),
    )
