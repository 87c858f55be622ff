"""The series and trees of the site as arrays, and nodes, columns and weeks back as rows."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.db.models import F

from products.models import Component, Product
from wiki.models import EmergingIssue, IssueEvent, SeriesWeek
from wiki.monitor.detector import Columns
from wiki.monitor.forest import Floats, Forest, Ints

WEEK = datetime.timedelta(weeks=1)
LEAST_TREE = Product.Level.MODEL
"""Traffic is shared by everything below a product of this level."""


@dataclass(frozen=True)
class Record:
    """Everything that came in, week by week, at the products and components that have any, and at what stands above.

    `products` and `components` are ids by node and column; `first` is the Monday of week 0. The reports of week w are
    the entries from `starts[w]` to `starts[w + 1]`.
    """

    forest: Forest
    columns: Columns
    products: tuple[int, ...]
    components: tuple[int, ...]
    first: datetime.date
    weeks: int
    starts: Ints
    nodes: Ints
    places: Ints
    counts: Floats

    def week(self, number: int) -> Floats:
        """The reports of a week [node, column], of each node by itself."""
        own = np.zeros((self.forest.size, self.columns.size))
        part = slice(self.starts[number], self.starts[number + 1])
        np.add.at(own, (self.nodes[part], self.places[part]), self.counts[part])
        return own

    def __iter__(self) -> Iterator[Floats]:
        return (self.week(number) for number in range(self.weeks))

    def monday(self, number: int) -> datetime.date:
        """The Monday of a week."""
        return self.first + number * WEEK

    def number(self, day: datetime.date) -> int:
        """The number of the week of a day."""
        return (day - self.first).days // 7


def last_full_week(today: datetime.date) -> datetime.date:
    """The Monday of the last week that is over."""
    return today - datetime.timedelta(days=today.weekday() + 7)


def read_record(until: datetime.date) -> Record | None:
    """Everything up to the week that begins on `until`; None where nothing came in. Four queries."""
    rows = (
        SeriesWeek.objects.filter(week__lte=until)
        .annotate(number=F("reports") + F("failed_outcomes"))
        .filter(number__gt=0)
        .order_by("week")
        .values_list("product", "component", "week", "number")
    )
    products, components, weeks, numbers = [], [], [], []
    for product, component, week, number in rows.iterator(chunk_size=20_000):
        products.append(product)
        components.append(component)
        weeks.append(week.toordinal())
        numbers.append(number)
    if not weeks:
        return None
    forest, node_of = _forest(set(products))
    columns, ids, place_of = _columns(set(components))
    first = datetime.date.fromordinal(weeks[0])
    week_of = (np.array(weeks) - weeks[0]) // 7
    length = (until.toordinal() - weeks[0]) // 7 + 1
    return Record(
        forest=forest,
        columns=columns,
        products=tuple(node_of),
        components=ids,
        first=first,
        weeks=length,
        starts=np.searchsorted(week_of, np.arange(length + 1)),
        nodes=np.array([node_of[pk] for pk in products]),
        places=np.array([place_of[pk] for pk in components]),
        counts=np.array(numbers, float),
    )


def acknowledgements(record: Record) -> dict[int, list[tuple[int, int]]]:
    """The issues that people closed, by week: (node, column) from which on everything begins anew. One query."""
    node_of = {pk: node for node, pk in enumerate(record.products)}
    place_of = {pk: place for place, pk in enumerate(record.components)}
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    closed = (
        IssueEvent.objects.filter(kind=IssueEvent.Kind.CLOSED, member__isnull=False)
        .exclude(issue__state__in=(EmergingIssue.State.UNDER_REVIEW, EmergingIssue.State.ANSWERED))
        .order_by("pk")
    )
    for product, component, at in closed.values_list("issue__product", "issue__component", "at"):
        week = record.number(at.date())
        if product in node_of and component in place_of and 0 <= week < record.weeks:
            found[week].append((node_of[product], place_of[component]))
    return found


def _forest(reported: set[int]) -> tuple[Forest, dict[int, int]]:
    """The tree of the products that are named and of all above them, and the node of each."""
    parents: dict[int, int | None] = {}
    levels: dict[int, str] = {}
    trees: dict[int, int] = {}
    walk: list[int] = []
    everything = Product.objects.order_by("tree_id", "lft").values_list("pk", "parent", "kind", "tree_id")
    for pk, parent, kind, tree in everything.iterator(chunk_size=20_000):
        parents[pk], levels[pk], trees[pk] = parent, kind, tree
        walk.append(pk)
    wanted: set[int] = set()
    for pk in reported:
        node: int | None = pk
        while node is not None and node not in wanted:
            wanted.add(node)
            node = parents[node]
    walk = [pk for pk in walk if pk in wanted]
    node_of = {pk: node for node, pk in enumerate(walk)}
    parent = np.array([-1 if (above := parents[pk]) is None else node_of[above] for pk in walk])
    anchor = np.arange(len(walk))
    wide = {Product.Level.CATEGORY, Product.Level.MAKE, LEAST_TREE}
    for node, pk in enumerate(walk):
        if levels[pk] not in wide and parent[node] >= 0 and levels[walk[parent[node]]] != Product.Level.MAKE:
            anchor[node] = anchor[parent[node]]
    groups = {tree: place for place, tree in enumerate(dict.fromkeys(trees[pk] for pk in walk))}
    group = np.array([groups[trees[pk]] for pk in walk])
    return Forest(parent, anchor, group, tuple(levels[pk] for pk in walk)), node_of


def _columns(reported: set[int]) -> tuple[Columns, tuple[int, ...], dict[int, int]]:
    """Systems and assemblies as columns: what they are, their ids, and the column in which each component counts."""
    parents = dict(Component.objects.values_list("pk", "parent"))
    lines: dict[int, list[int]] = {}
    for pk in reported:
        line = [pk]
        while (above := parents[line[0]]) is not None:
            line.insert(0, above)
        lines[pk] = line[:2]
    ids = tuple(sorted({pk for line in lines.values() for pk in line}))
    place_of = {pk: place for place, pk in enumerate(ids)}
    parent = np.full(len(ids), -1)
    for line in lines.values():
        if len(line) == 2:
            parent[place_of[line[1]]] = place_of[line[0]]
    return Columns(parent), ids, {pk: place_of[line[-1]] for pk, line in lines.items()}
