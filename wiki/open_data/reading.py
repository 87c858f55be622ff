"""The rows of each file of the dump, read in batches, so that memory does not grow with a site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from products.models import Component, FaultCode, OfficialDiagnostic, Product
from wiki.models import Outcome, Problem, Remedy
from wiki.open_data import catalogue, reports, writings
from wiki.open_data.written import Written

READERS: dict[str, Callable[[Written], Iterator[Any]]] = {
    "rules": catalogue.rules,
    "products": catalogue.products,
    "components": catalogue.components,
    "fault_codes": catalogue.fault_codes,
    "official_diagnostics": catalogue.official_diagnostics,
    "problems": writings.problems,
    "fixes": writings.fixes,
    "comments": writings.comments,
    "tests": writings.tests,
    "votes": reports.votes,
    "outcomes": reports.outcomes,
    "sightings": reports.sightings,
    "series": reports.series,
}


def expected() -> int:
    """About how many rows a dump will have, for its progress: what is not cheap to count is left out."""
    counted: tuple[type[Any], ...] = (Product, Component, FaultCode, OfficialDiagnostic, Remedy, Problem, Outcome)
    return sum(model._default_manager.count() for model in counted)
