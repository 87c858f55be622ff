"""Tables of products: places of the product tree, through its one locked load."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Sequence

from products.actions.load_products import load_products
from products.models import ImportRun, Product
from products.queries.matching import match_places
from products.rules.naming import key_of, may_stand_under, tidy
from products.rules.places import Place, Step
from wiki.importers.tables.kinds import NEW, SAME, Bringer, Checked, Ready, TableKind, shown
from wiki.importers.tables.rows import Row
from wiki.models import ImportedRow
from wiki.permissions import refusal_to_cover

LEVELS = tuple(Product.Level.values)
_LONGEST_NAME = 120
_YEARS = range(1880, 2101)


class ProductTable(TableKind):
    """Products by their place; a new name that looks like one that is there is pointed out."""

    batch_size = 2_000

    def check(self, rows: Sequence[Row], who: Bringer, now: datetime.datetime) -> Checked:
        """Which places are there, which would be made, which cannot be: a fixed number of queries."""
        checked = Checked()
        places: dict[int, Place] = {}
        for row in rows:
            place = tuple(Step(level, tidy(text)) for level in LEVELS if (text := row.cells.get(level, "")))
            why = _why_not(place)
            if why is None and not row.is_broken:
                places[row.line] = place
            elif why is not None:
                checked.wrong.append(row.wrong(*why))
        found = match_places(places.values())
        nodes = Product.objects.in_bulk(set(found.values())) if found else {}
        siblings = _Siblings()
        for row in rows:
            if row.line not in places:
                continue
            place = places[row.line]
            depth = next((n for n in range(len(place), 0, -1) if place[:n] in found), 0)
            above = nodes.get(found[place[:depth]]) if depth else None
            if who.organisation is not None:
                outside = above is None or refusal_to_cover(who.organisation, [_Covered(above)]) is not None
                if outside and depth < len(place):
                    checked.wrong.append(row.wrong("category", f"is not in the scope of {who.organisation}"))
                    continue
            if depth == len(place):
                checked.ready.append(Ready(row.line, SAME, shown(row.cells), place))
                continue
            close = siblings.close_to(above, place[depth])
            hint = f"“{place[depth].name}” is not here yet. Do you mean “{close}”?" if close else ""
            checked.ready.append(Ready(row.line, NEW, shown(row.cells), place, hint))
        return checked

    def write_all(
        self, ready: Iterable[Ready], who: Bringer, run: ImportRun, now: datetime.datetime
    ) -> list[ImportedRow]:
        """Make what is missing, with one load; undoing the run removes it."""
        asked: dict[Place, int] = {}
        for each in ready:
            if each.status == NEW:
                asked.setdefault(each.work, each.line)
        if not asked:
            return []
        loaded = load_products(places=asked, run=run)
        made = {loaded.ids[place]: asked[place] for place in asked if place in loaded.new}
        return [
            ImportedRow(
                run=run,
                line=made[product.pk],
                model="products.product",
                object_id=product.pk,
                said=product.full_name[:200],
                address=product.get_absolute_url()[:255],
            )
            for product in Product.objects.filter(pk__in=list(made)).order_by("pk")
        ]


class _Covered:
    """A product as the question of scope asks for it."""

    def __init__(self, product: Product) -> None:
        self.product = product


def _why_not(place: Place) -> tuple[str, str] | None:
    """The column and the reason for which a place cannot be."""
    above: str | None = None
    for step in place:
        if not key_of(step.name):
            return step.kind, "needs a letter or a digit"
        if len(step.name) > _LONGEST_NAME:
            return step.kind, f"is longer than {_LONGEST_NAME} characters"
        if step.kind == Product.Level.YEAR and not (step.name.isdigit() and int(step.name) in _YEARS):
            return step.kind, "is not a year of four digits"
        if not may_stand_under(step.kind, above):
            return step.kind, f"cannot stand under {above or 'nothing'}"
        above = step.kind
    return None


class _Siblings:
    """Names that stand where a new one would, read once for each parent."""

    def __init__(self) -> None:
        self._names: dict[tuple[int | None, str], list[str]] = {}

    def close_to(self, above: Product | None, step: Step) -> str:
        """The name there that a new one may mean, empty for none; years are never mistaken."""
        if step.kind == Product.Level.YEAR:
            return ""
        key = (None if above is None else above.pk, step.kind)
        if key not in self._names:
            here = Product.objects.filter(parent=above, kind=step.kind)
            self._names[key] = list(here.values_list("name", flat=True))
        return next(iter(difflib.get_close_matches(step.name, self._names[key], n=1, cutoff=0.8)), "")
