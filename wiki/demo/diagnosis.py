"""Tests of a problem in the demonstration files."""

from decimal import Decimal

from wiki.actions.drafts import ReadingDraft, TestDraft
from wiki.demo.sources import Table
from wiki.models import Problem, Reading, Remedy
from wiki.queries.diagnosis import diagnostic_tests_about, remedies_of_problem


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


def readings_named(remedy: Remedy, labels: list[str]) -> tuple[Reading, ...]:
    """Readings of the tests about a remedy, by their labels; one that no test has is a slip in the file."""
    if not labels:
        return ()
    of_label = {reading.label: reading for test in diagnostic_tests_about(remedy) for reading in test.readings.all()}
    return tuple(of_label[label] for label in labels)
