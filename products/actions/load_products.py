"""Bulk load of the product tree: many nodes with one renumbering."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from products.actions.change_feed import tell_changes
from products.actions.renumbering import renumber
from products.actions.tree import free_slug
from products.database import insert_many, tree_lock
from products.errors import NameMissing, NameTooLong, WrongLevel
from products.models import Change, FormerPath, ImportRun, Product, ProductAlias
from products.rules.naming import full_name_of, key_of, may_stand_under, slug_of, tidy
from products.rules.places import Place as Place
from products.rules.places import Step as Step

_BATCH = 500


@dataclass(frozen=True, slots=True)
class LoadedProducts:
    """The id of every place asked for, which of them are new, and how many products had to be made on the way."""

    ids: Mapping[Place, int]
    new: frozenset[Place]
    created: int


@dataclass(slots=True)
class _Node:
    """A product, stored or about to be, with what is looked up below it."""

    id: int
    parent: "_Node | None"
    kind: str
    path: str
    chain: tuple[tuple[str, str], ...]
    years: tuple[int | None, int | None] = (None, None)
    row: dict[str, Any] | None = None
    children: dict[str, "_Node"] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    years_in_generations: dict[str, "_Node"] = field(default_factory=dict)


@transaction.atomic
def load_products(
    *,
    places: Iterable[Place],
    run: ImportRun | None = None,
    is_demonstration: bool = False,
) -> LoadedProducts:
    """Find or make every place; names meet in any spelling and through aliases, and the tree is numbered once.

    A year is found below a generation too, and a new year goes under the one generation whose years hold it. Raises
    NameMissing, NameTooLong or WrongLevel for a place that cannot be, and then makes nothing.
    """
    tree_lock()
    places = list(places)
    root = _stored_tree(max((len(place) for place in places), default=0))
    made: list[_Node] = []
    ids: dict[Place, _Node] = {}
    for place in places:
        if place in ids:
            continue
        node = root
        for step in place:
            found = _find(node, step)
            if found is None:
                found = _make(node, step, run=run, is_demonstration=is_demonstration)
                made.append(found)
            node = found
        ids[place] = node
    _store(made)
    new = frozenset(place for place, node in ids.items() if node.row is not None)
    return LoadedProducts({place: node.id for place, node in ids.items()}, new, len(made))


def _stored_tree(steps: int) -> _Node:
    """The tree as far down as places of so many steps can reach: a generation makes it one level more."""
    root = _Node(0, None, "", "", ())
    nodes = {0: root}
    rows = (
        Product.objects.filter(level__lte=steps)
        .order_by("level")
        .values_list("pk", "parent_id", "kind", "name", "key", "slug", "path", "year_from", "year_to")
    )
    for pk, parent_id, kind, name, key, slug, path, year_from, year_to in rows.iterator(chunk_size=5000):
        parent = nodes[parent_id or 0]
        node = nodes[pk] = _Node(pk, parent, kind, path, (*parent.chain, (kind, name)), (year_from, year_to))
        _register(node, key, slug)
    for pk, key in ProductAlias.objects.values_list("product_id", "key").iterator(chunk_size=5000):
        named = nodes.get(pk)
        if named is not None and named.parent is not None:
            named.parent.children.setdefault(key, named)
    return root


def _register(node: _Node, key: str, slug: str) -> None:
    parent = node.parent
    assert parent is not None  # only the root has none, and it is never registered
    parent.children[key] = node
    parent.slugs.add(slug)
    if node.kind == Product.Level.YEAR and parent.kind == Product.Level.GENERATION and parent.parent is not None:
        parent.parent.years_in_generations[key] = node


def _find(parent: _Node, step: Step) -> _Node | None:
    key = key_of(step.name)
    found = parent.children.get(key)
    if found is None and step.kind == Product.Level.YEAR:
        found = parent.years_in_generations.get(key)
    return found


def _make(parent: _Node, step: Step, *, run: ImportRun | None, is_demonstration: bool) -> _Node:
    name, key = tidy(step.name), key_of(step.name)
    if not key:
        raise NameMissing("A name needs a letter or a digit.")
    if not may_stand_under(step.kind, parent.kind or None):
        raise WrongLevel(f"A {step.kind} cannot stand under a {parent.kind or 'root'}: {name}.")
    year = int(name) if step.kind == Product.Level.YEAR and name.isdigit() else None
    if year is not None:
        parent = _generation_of(parent, year)
    slug = free_slug(slug_of(name), parent.slugs)
    path = f"{parent.path}/{slug}" if parent.path else slug
    chain = (*parent.chain, (step.kind, name))
    full_name = full_name_of(chain)
    if len(name) > 120 or len(key) > 120 or len(path) > 255 or len(full_name) > 255:
        raise NameTooLong(f"“{name[:40]}…” would make a name or an address that is too long.")
    row = {
        "kind": step.kind,
        "name": name,
        "slug": slug,
        "key": key,
        "path": path,
        "full_name": full_name,
        "full_name_key": key_of(full_name),
        "year_from": year,
        "year_to": year,
        "is_demonstration": is_demonstration,
        "created_by_run": None if run is None else run.pk,
        # Numbers that the renumbering replaces.
        "tree_id": 0,
        "lft": 0,
        "rght": 0,
        "level": len(chain) - 1,
    }
    node = _Node(0, parent, step.kind, path, chain, (year, year), row)
    _register(node, key, slug)
    return node


def _generation_of(model: _Node, year: int) -> _Node:
    """The one generation whose years hold the year, or the model itself when none or several do."""
    holding = {
        child.path: child
        for child in model.children.values()
        if child.kind == Product.Level.GENERATION
        and child.years[0] is not None
        and child.years[0] <= year <= (child.years[1] or 9999)
    }
    return next(iter(holding.values())) if len(holding) == 1 else model


def _store(made: list[_Node]) -> None:
    """Insert the new products level by level, since each needs its parent's id, and number the tree once."""
    if not made:
        return
    by_level: dict[int, list[_Node]] = defaultdict(list)
    for node in made:
        by_level[len(node.chain)].append(node)
    fields = ["parent", *(made[0].row or {})]
    for _, nodes in sorted(by_level.items()):
        rows = [(node.parent.id or None if node.parent else None, *(node.row or {}).values()) for node in nodes]
        for node, pk in zip(nodes, insert_many(Product, fields, rows), strict=True):
            node.id = pk
    renumber(Product)
    if FormerPath.objects.exists():
        paths = [node.path for node in made]
        for start in range(0, len(paths), _BATCH):
            FormerPath.objects.filter(path__in=paths[start : start + _BATCH]).delete()
    tell_changes(Change.Kind.PRODUCT, [node.id for node in made])
