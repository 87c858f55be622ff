"""What a search can be narrowed by, counted over everything that was found and not over what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from products.models import Component
from wiki.models import Problem
from wiki.search.engine import Fact, Key, Kind, Tally, Wanted
from wiki.search.finding import tally

FACET_SIZE = 8

FACTS = {
    "state": {Fact.ANSWERED: "With a fix", Fact.UNANSWERED: "Nothing known yet"},
    "safety": {Fact.HARMFUL: "Tells of fire, smoke or injury"},
}
"""What each value of a parameter of the address means."""


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What the address says: text, product path, scope, component slug, fault code, state, safety, kind, page."""

    q: str = ""
    product: str = ""
    scope: str = ""
    component: str = ""
    code: str = ""
    state: str = ""
    safety: str = ""
    kind: str = ""
    page: str = ""

    def address(self, **changes: str) -> str:
        """The search's address with some values changed; empty values are left out, and the page starts anew."""
        names = ("q", "product", "scope", "component", "code", "state", "safety", "kind")
        values = {name: getattr(self, name) for name in names}
        said = {name: value for name, value in (values | changes).items() if value}
        return f"{reverse('wiki:search')}?{urlencode(said)}" if said else reverse("wiki:search")

    @property
    def facts(self) -> tuple[str, ...]:
        """What must be true of a problem; values that mean nothing are left out."""
        return tuple(getattr(self, name) for name, known in FACTS.items() if getattr(self, name) in known)


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet with its count among all that was found; None where no index could count."""

    label: str
    count: int | None
    url: str
    chosen: bool = False


@dataclass(frozen=True)
class Facet:
    """One way of narrowing. `is_code` says that the labels are fault codes."""

    title: str
    values: tuple[FacetValue, ...]
    is_code: bool = False


@dataclass(frozen=True)
class Facets:
    """All ways of narrowing that tell anything apart, and how many problems were found in all."""

    facets: tuple[Facet, ...]
    total: int | None


def facets_of(query: SearchQuery, wanted: Wanted, ids: Sequence[int], chosen: Component | None) -> Facets:
    """The facets of what was found; two queries, whatever was found.

    Components are the systems, or what lies directly in the chosen one. Codes are those of the best hits (`ids`).
    """
    parts = list(Component.objects.filter(parent=chosen).order_by("name"))
    coded = Counter(
        base
        for typed in Problem.objects.filter(pk__in=ids).values_list("code_bases", flat=True)
        for base in typed.split()
    )
    codes = [base for base, _ in coded.most_common(FACET_SIZE)]
    keys: list[Key] = [("components", str(part.pk)) for part in parts]
    keys += [("codes", code) for code in codes]
    keys += [("facts", fact) for known in FACTS.values() for fact in known]
    counted = tally(wanted, Kind.PROBLEM, keys) if wanted.stems or wanted.codes else Tally(total=0, having={})
    found = [
        _components(query, parts, counted, chosen),
        Facet(
            "Fault code",
            tuple(
                FacetValue(
                    code,
                    counted.having.get(("codes", code)),
                    query.address(code="" if code == query.code else code),
                    code == query.code,
                )
                for code in codes
            )
            if counted is not None
            else (),
            is_code=True,
        ),
        _facts(query, "Answered", "state", counted),
        _facts(query, "Safety", "safety", counted),
    ]
    return Facets(tuple(facet for facet in found if facet.values), counted.total if counted is not None else None)


def _components(
    query: SearchQuery, parts: Sequence[Component], counted: Tally | None, chosen: Component | None
) -> Facet:
    values = []
    if chosen is not None:
        total = counted.total if counted is not None else None
        values = [FacetValue(chosen.name, total, query.address(component=""), chosen=True)]
    if counted is not None:
        inside = [(counted.having.get(("components", str(part.pk)), 0), part) for part in parts]
        inside = sorted((pair for pair in inside if pair[0]), key=lambda pair: -pair[0])
        values += [
            FacetValue(part.name, count, query.address(component=part.slug)) for count, part in inside[:FACET_SIZE]
        ]
    return Facet("Component", tuple(values))


def _facts(query: SearchQuery, title: str, name: str, counted: Tally | None) -> Facet:
    values = []
    for fact, label in FACTS[name].items():
        chosen = getattr(query, name) == fact
        count = counted.having.get(("facts", fact)) if counted is not None else None
        if chosen or count:
            values.append(FacetValue(label, count, query.address(**{name: "" if chosen else fact}), chosen))
    # One value that holds for all tells nothing apart.
    if counted is not None and len(values) == 1 and not values[0].chosen and values[0].count == counted.total:
        values = []
    return Facet(title, tuple(values))
