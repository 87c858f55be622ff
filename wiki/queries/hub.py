"""What a place in the product tree shows: problems with the first thing to try, what is unassigned, what is official.

A hub is about one product; a make's page is about several nodes at once, one in each category.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User
from products.models import Component, DiagnosticProduct, FormerPath, Investigation, OfficialDiagnostic, Product
from wiki.models import Outcome, Problem
from wiki.queries.before_buying import BeforeBuying, before_buying, similar_models
from wiki.queries.first_steps import StepSummary, first_steps
from wiki.queries.investigations import investigations_about
from wiki.queries.problem_page import Crumb
from wiki.queries.reader import Reader
from wiki.queries.remedies import in_force
from wiki.queries.repairs import Repairs, repairs_of
from wiki.queries.tallies import Tally, YearCount, tally_of
from wiki.rules.severity import CLASSES

PROBLEMS_ON_A_PAGE = 20
OFFICIAL_ON_A_PAGE = 10
CHIPS_OPEN = 40
CHIPS_AT_MOST = 1500
YEARS_SHOWN = 10
BUYABLE = (Product.Level.MODEL, Product.Level.GENERATION, Product.Level.YEAR, Product.Level.VARIANT)
SIDE_BY_SIDE = (Product.Level.GENERATION, Product.Level.YEAR, Product.Level.VARIANT)


@dataclass(frozen=True)
class Chip:
    """A product to go to."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class ChipRow:
    """Products of one level: `first` stand open, `rest` behind a disclosure."""

    label: str
    first: tuple[Chip, ...]
    rest: tuple[Chip, ...]


@dataclass(frozen=True)
class ProblemRow:
    """A problem with the first thing to try; `first` is None without remedies."""

    problem: Problem
    first: StepSummary | None


@dataclass(frozen=True)
class SystemRow:
    """Problems or unassigned sightings of one system of the component tree; without one they name none.

    `severities` are (level, sightings) of those that tell of harm, the gravest first. Of `suggested` sightings the
    classifier read the system from the words.
    """

    component: Component | None
    problems: int
    sightings: int
    series: tuple[tuple[str, int], ...] = ()
    severities: tuple[tuple[str, int], ...] = ()
    suggested: int = 0


@dataclass(frozen=True)
class OfficialRow:
    """An official diagnostic in the lane; it informs and ranks nothing."""

    diagnostic: OfficialDiagnostic
    in_force: bool

    @property
    def may_apply(self) -> bool:
        """Whether it is a recall that its owner has to hold against their own serial number."""
        return self.diagnostic.kind == OfficialDiagnostic.Kind.RECALL and self.in_force


@dataclass(frozen=True)
class ProblemList:
    """A page of problems, most sightings first, and the systems that all of them belong to."""

    page: Page[Problem]
    rows: tuple[ProblemRow, ...]
    systems: tuple[SystemRow, ...]
    chosen: Component | None
    problems: int
    sightings: int

    @property
    def most(self) -> int:
        """The most sightings of a row, the full length of its bar."""
        return most_sightings(self.rows)


@dataclass(frozen=True)
class OfficialList:
    """A page of official diagnostics, newest first."""

    page: Page[OfficialDiagnostic]
    rows: tuple[OfficialRow, ...]


@dataclass(frozen=True)
class Hub:
    """Everything on the page of a product."""

    product: Product
    crumbs: tuple[Crumb, ...]
    chips: tuple[ChipRow, ...]
    problems: ProblemList
    unassigned: tuple[SystemRow, ...]
    official: OfficialList
    investigations: tuple[Investigation, ...]
    outcomes: int
    make: Product | None
    model: Product | None
    before: BeforeBuying | None
    similar: tuple[Product, ...]
    repairs: Repairs | None
    demonstration: bool

    @property
    def sightings(self) -> int:
        """How many sightings there are, filed or not; of a whole category those that are filed."""
        return self.problems.sightings + self.unassigned_total

    @property
    def unassigned_total(self) -> int:
        """How many sightings belong to no problem yet."""
        return sum(row.sightings for row in self.unassigned)

    @property
    def unassigned_suggested(self) -> int:
        """Of how many of them the classifier suggests the component."""
        return sum(row.suggested for row in self.unassigned)

    @property
    def unassigned_years(self) -> tuple[tuple[str, int], ...]:
        """Sightings that belong to no problem yet, by year, the oldest first."""
        return summed(self.unassigned)


def product_at(path: str) -> Product | None:
    """The product of a path, or of a path it had before: one query, two where the path is not in use."""
    path = path.strip("/").lower()[:255]
    found = Product.objects.filter(path=path).first()
    if found is None:
        former = FormerPath.objects.filter(path=path).select_related("product").first()
        found = former.product if former is not None else None
    return found


def hub(
    product: Product,
    user: User | AnonymousUser,
    *,
    component: Component | None,
    page: str | None,
    recalls: str | None,
    now: datetime.datetime,
) -> Hub:
    """The page of a product: twenty-five queries at most, whatever stands below it.

    `component` narrows the problems to a system or part; `page` and `recalls` are the pages asked for.
    """
    way = list(Product.objects.on_path_of(product))
    problems = problem_list([product], user, component=component, page=page, now=now)
    official = official_list([product], page=recalls, today=now.date())
    # Over a whole category they say nothing to an owner, and counting them would read every complaint there is.
    tally = (
        Tally((), ())
        if product.kind == Product.Level.CATEGORY
        else tally_of([product], with_bands=product.kind in BUYABLE)
    )
    named = {row.component for row in tally.unassigned} | {row.component for row in tally.bands}
    systems = systems_of(named | {row.problem.component_id for row in problems.rows})
    whole = component is None and problems.page.number == 1
    return Hub(
        product=product,
        crumbs=tuple(Crumb(node.name, "" if node.pk == product.pk else node.get_absolute_url()) for node in way),
        chips=chip_rows(product),
        problems=problems,
        unassigned=unassigned_systems(tally, systems, this_year=now.year),
        official=official,
        investigations=() if product.kind == Product.Level.CATEGORY else investigations_about(near([product])),
        outcomes=Outcome.objects.counted().exclude(result=Outcome.Result.NOT_TRIED).filter(near([product])).count(),
        make=next((node for node in way if node.kind == Product.Level.MAKE), None),
        model=next((node for node in way if node.kind == Product.Level.MODEL), None),
        before=before_buying(tally.bands, systems, [(row.problem, row.first) for row in problems.rows])
        if whole and product.kind in BUYABLE
        else None,
        similar=similar_models(way),
        repairs=repairs_of(product),
        demonstration=product.is_demonstration or any_demonstration(problems, official),
    )


def near(nodes: Sequence[Product], prefix: str = "product__") -> Q:
    """What stands on one of the nodes, above it (inherited downwards) or below it."""
    condition = Q(pk__in=[])
    for node in nodes:
        tree = Q(**{f"{prefix}tree_id": node.tree_id})
        above = Q(**{f"{prefix}lft__lte": node.lft, f"{prefix}rght__gte": node.rght})
        below = Q(**{f"{prefix}lft__gte": node.lft, f"{prefix}rght__lte": node.rght})
        condition |= tree & (above | below)
    return condition


def most_sightings(rows: Iterable[ProblemRow]) -> int:
    """The most sightings of a row, the full length of a bar; at least one."""
    return max([1, *(row.problem.sighting_count for row in rows)])


def any_demonstration(problems: ProblemList, official: OfficialList) -> bool:
    """Whether anything listed is demonstration data."""
    return any(row.problem.is_demonstration for row in problems.rows) or any(
        row.diagnostic.is_demonstration for row in official.rows
    )


# ---------------------------------------------------------------- problems


def problem_list(
    nodes: Sequence[Product],
    user: User | AnonymousUser,
    *,
    component: Component | None,
    page: str | None,
    now: datetime.datetime,
) -> ProblemList:
    """Problems on the nodes, most sightings first, with what to try first: ten queries at most."""
    everything = Problem.objects.visible_to(user).canonical().filter(near(nodes))
    systems = _by_system(
        everything.order_by().values_list("component").annotate(n=Count("pk"), seen=Sum("sighting_count"))
    )
    wanted = everything.filter(component__in=Component.objects.within(component)) if component else everything
    shown = paged(wanted, page)
    reader = Reader(product=nodes[0]) if len(nodes) == 1 else Reader()
    return ProblemList(
        page=shown,
        rows=with_first_steps(shown, reader, now=now),
        systems=systems,
        chosen=component,
        problems=sum(row.problems for row in systems),
        sightings=sum(row.sightings for row in systems),
    )


def paged(problems: QuerySet[Problem], page: str | None) -> Page[Problem]:
    """One page of problems, most sightings first, with what a row prints: two queries."""
    ordered = problems.select_related("product", "component").order_by("-sighting_count", "-created_at", "-pk")
    return Paginator(ordered, PROBLEMS_ON_A_PAGE).get_page(page)


def with_first_steps(problems: Iterable[Problem], reader: Reader, *, now: datetime.datetime) -> tuple[ProblemRow, ...]:
    """Each problem with the first step of its plan."""
    listed = list(problems)
    first = first_steps(listed, reader, now=now) if listed else {}
    return tuple(ProblemRow(problem, first.get(problem.pk)) for problem in listed)


def unassigned_systems(tally: Tally, systems: Mapping[int, Component], *, this_year: int) -> tuple[SystemRow, ...]:
    """Sightings that belong to no problem yet, by system and year, from `tally_of` and `systems_of`: no query."""
    by_system: dict[Component | None, list[YearCount]] = {}
    for row in tally.unassigned:
        by_system.setdefault(systems.get(row.component) if row.component is not None else None, []).append(row)
    dated = [row.year for row in tally.unassigned if row.year is not None]
    # Up to the last year that has any: an old model has none in the last ten.
    last = min(max(dated, default=this_year), this_year)
    first = max(min(dated, default=this_year), last - YEARS_SHOWN + 1)
    found = []
    for system, rows in by_system.items():
        years = _added((row.year, row.count) for row in rows)
        grave = _added((row.severity, row.count) for row in rows)
        found.append(
            SystemRow(
                system,
                0,
                sum(years.values()),
                series=tuple((str(year), years[year]) for year in range(first, last + 1)),
                severities=tuple((level, grave[level]) for level in reversed(CLASSES[1:]) if grave[level]),
                suggested=sum(row.count for row in rows if row.suggested),
            )
        )
    return tuple(sorted(found, key=lambda row: (-row.sightings, str(row.component))))


def _added(pairs: Iterable[tuple[Any, int]]) -> Counter[Any]:
    total: Counter[Any] = Counter()
    for key, number in pairs:
        total[key] += number
    return total


def summed(rows: Sequence[SystemRow]) -> tuple[tuple[str, int], ...]:
    """The series of several systems added up."""
    totals: dict[str, int] = {}
    for row in rows:
        for year, count in row.series:
            totals[year] = totals.get(year, 0) + count
    return tuple(totals.items())


def systems_of(components: Iterable[int | None]) -> dict[int, Component]:
    """The system of each component, by its id: two queries, none for nothing."""
    wanted = {pk for pk in components if pk is not None}
    if not wanted:
        return {}
    trees = dict(Component.objects.filter(pk__in=wanted).values_list("pk", "tree_id"))
    roots = {root.tree_id: root for root in Component.objects.filter(level=0, tree_id__in=set(trees.values()))}
    return {pk: roots[tree] for pk, tree in trees.items() if tree in roots}


def _by_system(counts: Iterable[tuple[int | None, int, int]]) -> tuple[SystemRow, ...]:
    """Problems and sightings by system, most sightings first, from (component, problems, sightings) tuples.

    Two queries beside that of the counts: joining the components there would touch them once a sighting.
    """
    rows = list(counts)
    systems = systems_of(pk for pk, _, _ in rows)
    totals: dict[Component | None, tuple[int, int]] = {}
    for pk, problems, sightings in rows:
        system = systems.get(pk) if pk else None
        before = totals.get(system, (0, 0))
        totals[system] = (before[0] + problems, before[1] + (sightings or 0))
    found = [SystemRow(system, *numbers) for system, numbers in totals.items()]
    return tuple(sorted(found, key=lambda row: (-row.sightings, -row.problems, str(row.component))))


# ---------------------------------------------------------------- official


def official_list(nodes: Sequence[Product], *, page: str | None, today: datetime.date) -> OfficialList:
    """The official diagnostics that cover the nodes, newest first: two queries."""
    covering = DiagnosticProduct.objects.filter(near(nodes)).order_by().values("diagnostic")
    return official_rows(OfficialDiagnostic.objects.filter(pk__in=covering), page=page, today=today)


def official_rows(diagnostics: QuerySet[OfficialDiagnostic], *, page: str | None, today: datetime.date) -> OfficialList:
    """A page of official diagnostics, newest first: two queries."""
    ordered = diagnostics.select_related("superseded_by").order_by("-issued_on", "-number", "-pk")
    shown = Paginator(ordered, OFFICIAL_ON_A_PAGE).get_page(page)
    return OfficialList(shown, tuple(OfficialRow(each, in_force(each, today)) for each in shown))


# ---------------------------------------------------------------- the way through the tree


def chip_rows(product: Product) -> tuple[ChipRow, ...]:
    """The products beside this one and below it, by level; levels may be missing. One query.

    Generations, years and variants stand beside their siblings; the years of a generation show on the model too.
    """
    below = Q(parent=product) | Q(parent__parent=product, parent__kind=Product.Level.GENERATION)
    beside = Q(parent=product.parent_id) if product.kind in SIDE_BY_SIDE else Q(pk__in=[])
    nodes = Product.objects.filter(below | beside).order_by("lft")[:CHIPS_AT_MOST]
    levels: dict[str, list[Chip]] = {}
    for node in nodes:
        current = node.pk == product.pk
        levels.setdefault(node.kind, []).append(Chip(node.name, node.get_absolute_url(), current))
    levels.get(Product.Level.YEAR, []).sort(key=lambda chip: chip.label)
    return tuple(ChipRow(LEVEL_WORDS[kind], *_split(levels[kind])) for kind in Product.Level.values if levels.get(kind))


LEVEL_WORDS = {
    "category": "Category",
    "make": "Make",
    "model": "Model",
    "generation": "Generation",
    "year": "Year",
    "variant": "Variant",
}


def _split(chips: list[Chip]) -> tuple[tuple[Chip, ...], tuple[Chip, ...]]:
    """The chips that stand open (the current one always) and the rest."""
    current = [place for place, chip in enumerate(chips) if chip.current]
    start = min(max(0, current[0] - CHIPS_OPEN // 2), max(0, len(chips) - CHIPS_OPEN)) if current else 0
    shown = chips[start : start + CHIPS_OPEN]
    return tuple(shown), tuple(chips[:start] + chips[start + CHIPS_OPEN :])
