"""The reports behind an issue, as the monitor reads them: people, harm and words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from wiki.models import EmergingIssue, Sighting
from wiki.queries.emerging import reports_of
from wiki.queries.tallies import within

TEXTS_AT_MOST = 600


@dataclass(frozen=True)
class Reported:
    """How many people report, and what harm they tell of; whether all of it is demonstration data."""

    people: int
    fires: int
    crashes: int
    injuries: int
    is_demonstration: bool = False


def reported(issue: EmergingIssue) -> Reported:
    """The people (or complaint numbers) behind the issue's window, and its harm: one query."""
    severity = Sighting.Severity
    found = (
        reports_of(issue)
        .order_by()
        .aggregate(
            members=Count("member", distinct=True),
            complaints=Count("complaint", distinct=True),
            nameless=Count("pk", filter=Q(member__isnull=True, complaint__isnull=True)),
            real=Count("pk", filter=Q(is_demonstration=False)),
            fires=Count("pk", filter=Q(severity=severity.FIRE)),
            crashes=Count("pk", filter=Q(severity=severity.CRASH)),
            injuries=Count("pk", filter=Q(severity__in=(severity.INJURY, severity.DEATH))),
        )
    )
    people = found["members"] + found["complaints"] + found["nameless"]
    is_invented = people > 0 and not found["real"]
    return Reported(people, found["fires"], found["crashes"], found["injuries"], is_invented)


def words_of(issue: EmergingIssue) -> tuple[list[int], list[str], list[str]]:
    """Ids and texts of the issue's reports, and texts on other components of the products around: two queries."""
    own = list(reports_of(issue).exclude(text="").values_list("pk", "text")[:TEXTS_AT_MOST])
    around = issue.product if issue.product.parent is None else issue.product.parent
    others = (
        Sighting.objects.filter(within([around]))
        .exclude(component__tree_id=issue.component.tree_id)
        .exclude(text="")
        .order_by("-pk")
        .values_list("text", flat=True)[:TEXTS_AT_MOST]
    )
    return [pk for pk, _ in own], [text for _, text in own], list(others)
