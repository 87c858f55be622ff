"""Finding the products of a file's rows: by name, by other name, and by what a person decided about a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from products.actions.unmatched_names import key_of_place, note_unmatched
from products.importers.places import load_places
from products.models import ImportRun, UnmatchedName
from products.queries.matching import match_places
from products.rules.places import Place


@dataclass(frozen=True)
class Matched:
    """The products of a file's places by id, and the places of ignored names; the others wait for a person."""

    ids: Mapping[Place, int]
    ignored: frozenset[Place]


def match_or_note(places: Mapping[Place, int], run: ImportRun, *, create: bool = False) -> Matched:
    """Find the products of places (with their number of rows), and note the names of those that wait.

    Below a name of which a person made a product, what is missing is made. A name is the first step of a place that
    matches nothing: below it nothing can. With `create` everything missing is made and nothing waits.
    """
    if create:
        note_unmatched(waiting={}, run=run)
        return Matched(load_places(places, run), frozenset())
    ids = match_places(places)
    decided = dict(
        UnmatchedName.objects.exclude(decision=UnmatchedName.Decision.WAITING).values_list("key", "decision")
    )
    missing = [place for place in places if place not in ids]
    made = [place for place in missing if _decision(_above(place, ids), decided, UnmatchedName.Decision.CREATED)]
    if made:
        ids = {**ids, **load_places(made, run)}
    ignored = frozenset(
        place for place in missing if place not in ids and _decision(place, decided, UnmatchedName.Decision.IGNORED)
    )
    waiting: Counter[Place] = Counter()
    for place in missing:
        if place not in ids and place not in ignored:
            waiting[place[: len(_above(place, ids)) + 1]] += places[place]
    note_unmatched(waiting=waiting, run=run)
    return Matched(ids, ignored)


def _above(place: Place, ids: Mapping[Place, int]) -> Place:
    """The longest beginning of the place that is a product."""
    depth = next((depth for depth in range(len(place), 0, -1) if place[:depth] in ids), 0)
    return place[:depth]


def _decision(place: Place, decided: Mapping[str, str], wanted: str) -> bool:
    """Whether the place, or one above it, was decided so."""
    return any(decided.get(key_of_place(place[:depth])) == wanted for depth in range(1, len(place) + 1))
