"""Pages beside the hubs: a make over its categories, a component and a fault code over all products."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.db.models import Q

from accounts.models import Organisation, User
from products.models import Component, DiagnosticComponent, FaultCode, OfficialDiagnostic, Product
from wiki.models import Problem
from wiki.queries.hub import (
    OfficialList,
    ProblemList,
    ProblemRow,
    SystemRow,
    any_demonstration,
    most_sightings,
    official_list,
    official_rows,
    paged,
    problem_list,
    summed,
    systems_of,
    unassigned_systems,
    with_first_steps,
)
from wiki.queries.problem_page import Crumb
from wiki.queries.reader import Reader
from wiki.queries.tallies import tally_of

MODELS_SHOWN = 200
MEANINGS_SHOWN = 200


@dataclass(frozen=True)
class MakeInCategory:
    """A make's node in one category, with its models."""

    node: Product
    category: str
    models: tuple[Product, ...]


@dataclass(frozen=True)
class MakePage:
    """A make over its categories."""

    name: str
    slug: str
    places: tuple[MakeInCategory, ...]
    problems: ProblemList
    unassigned: tuple[SystemRow, ...]
    official: OfficialList
    organisations: tuple[Organisation, ...]

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

    @property
    def demonstration(self) -> bool:
        """Whether demonstration data is shown."""
        return any(place.node.is_demonstration for place in self.places) or any_demonstration(
            self.problems, self.official
        )


@dataclass(frozen=True)
class ComponentPage:
    """A component with all below it, over all products."""

    component: Component
    crumbs: tuple[Crumb, ...]
    aliases: tuple[str, ...]
    children: tuple[Component, ...]
    page: Page[Problem]
    rows: tuple[ProblemRow, ...]
    official: OfficialList

    @property
    def most(self) -> int:
        """The most sightings of a row, the full length of its bar."""
        return most_sightings(self.rows)

    @property
    def demonstration(self) -> bool:
        """Whether demonstration data is shown."""
        return self.component.is_demonstration or _demonstration(self.rows, self.official)


@dataclass(frozen=True)
class MeaningsOfMake:
    """What the sources say that a code means on one make; `make` is None for what is said of every make."""

    make: Product | None
    meanings: tuple[FaultCode, ...]

    @property
    def is_contradicted(self) -> bool:
        """Whether two sources give the same code, failure type and module different meanings."""
        said: dict[tuple[str, str, str], set[str]] = {}
        for code in self.meanings:
            said.setdefault((code.failure_type, code.status, code.module), set()).add(code.description.casefold())
        return any(len(meanings) > 1 for meanings in said.values())


@dataclass(frozen=True)
class FaultCodePage:
    """A base code over all makes."""

    base: str
    makes: tuple[MeaningsOfMake, ...]
    page: Page[Problem]
    rows: tuple[ProblemRow, ...]
    official: OfficialList

    @property
    def most(self) -> int:
        """The most sightings of a row, the full length of its bar."""
        return most_sightings(self.rows)

    @property
    def is_known(self) -> bool:
        """Whether anything at all is known here of the code."""
        return bool(self.makes or self.rows or self.official.rows)

    @property
    def demonstration(self) -> bool:
        """Whether demonstration data is shown."""
        return _demonstration(self.rows, self.official) or any(
            code.is_demonstration for make in self.makes for code in make.meanings
        )


def make_page(
    slug: str, user: User | AnonymousUser, *, page: str | None, recalls: str | None, now: datetime.datetime
) -> MakePage | None:
    """The page of a make in every category where it is known; None for an unknown one. Twenty queries at most."""
    nodes = list(Product.objects.filter(kind=Product.Level.MAKE, slug=slug).select_related("parent").order_by("path"))
    if not nodes:
        return None
    models: dict[int, list[Product]] = {node.pk: [] for node in nodes}
    for model in Product.objects.filter(parent__in=nodes).order_by("lft")[: MODELS_SHOWN * len(nodes)]:
        models[model.parent_id].append(model)
    scoped = Q(scopes__product__in=nodes)
    tally = tally_of(nodes)
    systems = systems_of(row.component for row in tally.unassigned)
    return MakePage(
        name=nodes[0].name,
        slug=slug,
        places=tuple(MakeInCategory(node, str(node.parent), tuple(models[node.pk])) for node in nodes),
        problems=problem_list(nodes, user, component=None, page=page, now=now),
        unassigned=unassigned_systems(tally, systems, this_year=now.year),
        official=official_list(nodes, page=recalls, today=now.date()),
        organisations=tuple(
            Organisation.objects.filter(scoped, kind=Organisation.Kind.MANUFACTURER, verified_at__isnull=False)
            .distinct()
            .order_by("name")
        ),
    )


def component_page(
    component: Component,
    user: User | AnonymousUser,
    *,
    page: str | None,
    recalls: str | None,
    now: datetime.datetime,
) -> ComponentPage:
    """The page of a component: thirteen queries at most."""
    within = Component.objects.within(component).order_by()
    problems = paged(Problem.objects.visible_to(user).canonical().filter(component__in=within.values("pk")), page)
    diagnostics = OfficialDiagnostic.objects.filter(
        pk__in=DiagnosticComponent.objects.filter(component__in=within.values("pk")).values("diagnostic")
    )
    way = Component.objects.on_path_of(component)
    return ComponentPage(
        component=component,
        crumbs=tuple(Crumb(node.name, "" if node.pk == component.pk else node.get_absolute_url()) for node in way),
        aliases=tuple(component.aliases.values_list("name", flat=True)),
        children=tuple(Component.objects.filter(parent=component).order_by("lft")),
        page=problems,
        rows=with_first_steps(problems, Reader(), now=now),
        official=official_rows(diagnostics, page=recalls, today=now.date()),
    )


def fault_code_page(
    base: str, user: User | AnonymousUser, *, page: str | None, recalls: str | None, now: datetime.datetime
) -> FaultCodePage:
    """The page of a base code: every make's meaning side by side, with its source. Eleven queries at most."""
    by_make: dict[int | None, list[FaultCode]] = {}
    known = FaultCode.objects.filter(base=base).select_related("make")
    for code in known.order_by("make__full_name", "failure_type", "module", "source", "pk")[:MEANINGS_SHOWN]:
        by_make.setdefault(code.make_id, []).append(code)
    problems = paged(Problem.objects.visible_to(user).canonical().filter(code_bases__contains=f" {base} "), page)
    diagnostics = OfficialDiagnostic.objects.filter(
        pk__in=OfficialDiagnostic.codes.through.objects.filter(faultcode__base=base).values("officialdiagnostic")
    )
    return FaultCodePage(
        base=base,
        makes=tuple(MeaningsOfMake(codes[0].make, tuple(codes)) for codes in by_make.values()),
        page=problems,
        rows=with_first_steps(problems, Reader(), now=now),
        official=official_rows(diagnostics, page=recalls, today=now.date()),
    )


def _demonstration(rows: tuple[ProblemRow, ...], official: OfficialList) -> bool:
    return any(row.problem.is_demonstration for row in rows) or any(
        row.diagnostic.is_demonstration for row in official.rows
    )
