"""The reliability of a model on one page: what a second-hand buyer reads, prints and takes along.

Reports are counted, never divided by a number of vehicles: how many are on the road is not known here.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from products.models import Component, DiagnosticProduct, OfficialDiagnostic, Product
from wiki.models import DiagnosticTest, EmergingIssue, Fix, Problem
from wiki.queries.before_buying import BeforeBuying, before_buying
from wiki.queries.emerging import public_issues
from wiki.queries.hub import (
    BUYABLE,
    YEARS_SHOWN,
    OfficialList,
    ProblemRow,
    any_demonstration,
    near,
    official_rows,
    problem_list,
    systems_of,
)
from wiki.queries.issue_addresses import issue_addresses
from wiki.queries.problem_page import Crumb
from wiki.queries.tallies import tally_of, yearly_of
from wiki.rules.buying import questions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

PROBLEMS_SHOWN = 10
SYSTEMS_SHOWN = 8
ISSUES_SHOWN = 10


@dataclass(frozen=True)
class LookAt:
    """A problem with its cost both ways, and what to look at before paying; `look` is empty where nobody wrote it."""

    row: ProblemRow
    look: str


@dataclass(frozen=True)
class SystemYears:
    """Reports of one system, filed or not; the series has years, the oldest first. Without one they name none."""

    system: Component | None
    total: int
    series: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ListedIssue:
    """An emerging issue that everybody may see, and where it is read."""

    issue: EmergingIssue
    url: str


@dataclass(frozen=True)
class Reliability:
    """Everything on the page."""

    product: Product
    crumbs: tuple[Crumb, ...]
    problems: tuple[LookAt, ...]
    problem_total: int
    reports: int
    before: BeforeBuying
    systems: tuple[SystemYears, ...]
    recalls: OfficialList
    issues: tuple[ListedIssue, ...]
    questions: tuple[str, ...]
    demonstration: bool

    @property
    def is_known(self) -> bool:
        """Whether anything at all is known."""
        return bool(self.problems or self.reports or self.recalls.rows or self.issues)


def has_reliability(product: Product) -> bool:
    """Whether there is such a page: for models and what is below them, which one can buy."""
    return product.kind in BUYABLE


def reliability(
    product: Product, user: User | AnonymousUser, *, recalls: str | None, now: datetime.datetime
) -> Reliability:
    """The page of a model, generation, year or variant: twenty-two queries at most, whatever was reported."""
    way = Product.objects.on_path_of(product)
    listed = problem_list([product], user, component=None, page=None, now=now)
    rows = listed.rows[:PROBLEMS_SHOWN]
    bands = tally_of([product], with_bands=True).bands
    yearly = yearly_of([product])
    named = (
        {row.component for row in bands} | {part for part, _, _ in yearly} | {row.problem.component_id for row in rows}
    )
    systems = systems_of(named)
    covering = DiagnosticProduct.objects.filter(near([product])).order_by().values("diagnostic")
    recalled = OfficialDiagnostic.objects.filter(pk__in=covering, kind=OfficialDiagnostic.Kind.RECALL)
    official = official_rows(recalled, page=recalls, today=now.date())
    issues = list(public_issues(product)[:ISSUES_SHOWN])
    addresses = issue_addresses(issues)
    looks = _looks(rows)
    return Reliability(
        product=product,
        crumbs=(
            *(Crumb(node.name, node.get_absolute_url()) for node in way),
            Crumb("Reliability", ""),
        ),
        problems=tuple(LookAt(row, looks.get(row.problem.pk, "")) for row in rows),
        problem_total=listed.problems,
        reports=sum(count for _, _, count in yearly),
        before=before_buying(bands, systems, [(row.problem, row.first) for row in listed.rows]),
        systems=_by_system(yearly, systems, this_year=now.year),
        recalls=official,
        issues=tuple(ListedIssue(issue, addresses[issue.pk]) for issue in issues),
        questions=questions(
            recalls=official.page.paginator.count,
            parts=[row.problem.component.name for row in rows if row.problem.component is not None],
            emerging=[issue.component.name for issue in issues],
            has_codes=any(row.problem.codes for row in rows),
        ),
        demonstration=product.is_demonstration
        or any_demonstration(listed, official)
        or any(issue.is_demonstration for issue in issues),
    )


def _looks(rows: Sequence[ProblemRow]) -> dict[int, str]:
    """What to look at for each problem: its first test, else the first check of what to try first. Two queries."""
    problems: list[Problem] = [row.problem for row in rows]
    found: dict[int, str] = {}
    first = {row.problem.pk: row.first.title for row in rows if row.first is not None}
    fixes = Fix.objects.filter(problem__in=problems, state=Fix.State.PUBLISHED).exclude(first_check="").order_by("pk")
    for problem, title, check in fixes.values_list("problem", "title", "first_check"):
        if first.get(problem) == title:
            found[problem] = check
    tests = DiagnosticTest.objects.filter(problem__in=problems, state=DiagnosticTest.State.PUBLISHED)
    for problem, title in tests.order_by("-pk").values_list("problem", "title"):
        found[problem] = title
    return found


def _by_system(
    yearly: Sequence[tuple[int | None, int | None, int]], systems: Mapping[int, Component], *, this_year: int
) -> tuple[SystemYears, ...]:
    counts: dict[Component | None, Counter[int | None]] = {}
    for part, year, count in yearly:
        system = systems.get(part) if part is not None else None
        counts.setdefault(system, Counter())[year] += count
    dated = [year for _, year, _ in yearly if year is not None and year <= this_year]
    last = max(dated, default=this_year)
    first = max(min(dated, default=this_year), last - YEARS_SHOWN + 1)
    found = [
        SystemYears(system, sum(years.values()), tuple((str(year), years[year]) for year in range(first, last + 1)))
        for system, years in counts.items()
    ]
    # Those that name no system stand last: they are no system of the product.
    found.sort(key=lambda row: (row.system is None, -row.total, str(row.system)))
    return tuple(found[:SYSTEMS_SHOWN])
