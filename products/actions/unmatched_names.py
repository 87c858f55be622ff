"""Names that no product has: noted by imports, decided once by a person, and taken back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import transaction

from products.actions.load_products import load_products
from products.actions.tree import add_alias, remove_alias, remove_product
from products.database import tree_lock
from products.errors import NothingToDecide, NotThatProduct
from products.models import ImportRun, Product, ProductAlias, UnmatchedName, UnmatchedRows
from products.queries.matching import match_places
from products.rules.naming import key_of
from products.rules.places import Place, Step

_BATCH = 500
_LONGEST_KEY = 800
_GENERATION = Product.Level.GENERATION


def key_of_place(place: Place) -> str:
    """What tells a name from others: the letters and digits of each step, `cars/ford/f150`."""
    return "/".join(key_of(step.name) for step in place)[:_LONGEST_KEY]


def place_of(name: UnmatchedName) -> Place:
    """The way to the product that the name would be, the root first."""
    return tuple(Step(kind, text) for kind, text in name.place)


@transaction.atomic
def note_unmatched(*, waiting: Mapping[Place, int], run: ImportRun) -> None:
    """Note how many rows of a run wait for each name; the last step of a place is the name, what is above it is known.

    What was noted of an earlier file of that name is replaced. A name that was decided and still matches nothing,
    because its product is gone again, waits anew.
    """
    UnmatchedRows.objects.filter(run__importer=run.importer, run__source_name=run.source_name).delete()
    places = {key_of_place(place): (place, rows) for place, rows in waiting.items()}
    ids: dict[str, int] = {}
    for keys in _batches(list(places)):
        there = UnmatchedName.objects.filter(key__in=keys)
        there.update(last_seen=run.started_at)
        there.exclude(decision="").update(decision="", decided_by="", decided_at=None, alias=None, product=None)
        ids.update(there.values_list("key", "pk"))
        made = UnmatchedName.objects.bulk_create(
            UnmatchedName(
                kind=place[-1].kind,
                name=place[-1].name[:120],
                above=" ".join(step.name for step in place[1:-1])[:500],
                place=[list(step) for step in place],
                key=key,
                first_seen=run.started_at,
                last_seen=run.started_at,
            )
            for key, (place, _) in ((key, places[key]) for key in keys if key not in ids)
        )
        ids.update((name.key, name.pk) for name in made)
    UnmatchedRows.objects.bulk_create(
        (UnmatchedRows(name_id=ids[key], run=run, rows=rows) for key, (_, rows) in places.items()), batch_size=_BATCH
    )
    _forget_names()


def forget_rows(*, run: ImportRun) -> None:
    """Take back what a run noted; names for which no other run waits go with it, unless a person has decided them."""
    UnmatchedRows.objects.filter(run=run).delete()
    _forget_names()


@transaction.atomic
def decide_alias(*, names: Iterable[int], product: Product, by: str, at: datetime.datetime) -> list[UnmatchedName]:
    """Make the names other names of a product. Raises NotThatProduct, NothingToDecide, and what add_alias raises."""
    tree_lock()
    chosen = _waiting(names)
    found = match_places([place_of(name)[:-1] for name in chosen])
    parent = product.parent
    above = {product.parent_id}
    if parent is not None and parent.kind == _GENERATION:
        above.add(parent.parent_id)
    for name in chosen:
        if name.kind != product.kind or found.get(place_of(name)[:-1]) not in above:
            level = Product.Level(name.kind).label
            under = f" under {name.above}" if name.above else ""
            raise NotThatProduct(
                f"“{name.name}” is a {level}{under}: it can be another name of a {level} that stands there, and "
                f"{product.full_name} is {'one' if name.kind == product.kind else f'a {product.get_kind_display()}'}"
                f"{' elsewhere' if name.kind == product.kind else ''}."
            )
        had = ProductAlias.objects.filter(product=product, key=key_of(name.name)).exists()
        alias = add_alias(product=product, name=name.name)
        name.alias = None if had else alias
    return _decided(chosen, UnmatchedName.Decision.ALIAS, by, at)


@transaction.atomic
def decide_create(*, names: Iterable[int], by: str, at: datetime.datetime) -> list[UnmatchedName]:
    """Make products of the names; imports may make what stands below them.

    Raises NothingToDecide, and what load_products raises.
    """
    tree_lock()
    chosen = _waiting(names)
    places = {name.pk: place_of(name) for name in chosen}
    loaded = load_products(places=places.values())
    for name in chosen:
        place = places[name.pk]
        name.product_id = loaded.ids[place] if place in loaded.new else None
    return _decided(chosen, UnmatchedName.Decision.CREATED, by, at)


@transaction.atomic
def decide_ignore(*, names: Iterable[int], by: str, at: datetime.datetime) -> list[UnmatchedName]:
    """Let later imports leave out the rows of these names and of all below them. Raises NothingToDecide."""
    return _decided(_waiting(names), UnmatchedName.Decision.IGNORED, by, at)


@transaction.atomic
def undo_decision(*, name: UnmatchedName) -> UnmatchedName:
    """Let a decided name wait again: its alias or its product goes; what was imported under it stays where it is.

    Raises NothingToDecide for one that waits, and ProductInUse where something hangs on the product it made.
    """
    tree_lock()
    name = UnmatchedName.objects.select_for_update(of=("self",)).get(pk=name.pk)
    if not name.decision:
        raise NothingToDecide(f"“{name}” waits for a decision already.")
    alias, product = name.alias, name.product
    name.decision, name.decided_by, name.decided_at = UnmatchedName.Decision.WAITING, "", None
    name.alias = name.product = None
    name.save(update_fields=["decision", "decided_by", "decided_at", "alias", "product"])
    if alias is not None:
        remove_alias(alias=alias)
    if product is not None:
        remove_product(product=product)
    return name


def _waiting(ids: Iterable[int]) -> list[UnmatchedName]:
    rows = UnmatchedName.objects.select_for_update().filter(pk__in=list(ids), decision=UnmatchedName.Decision.WAITING)
    names = list(rows.order_by("key"))
    if not names:
        raise NothingToDecide("None of these names waits any more: they were decided, or an import matched them.")
    return names


def _decided(
    names: list[UnmatchedName], decision: UnmatchedName.Decision, by: str, at: datetime.datetime
) -> list[UnmatchedName]:
    for name in names:
        name.decision, name.decided_by, name.decided_at = decision, by[:150], at
    UnmatchedName.objects.bulk_update(
        names, ["decision", "decided_by", "decided_at", "alias", "product"], batch_size=_BATCH
    )
    return names


def _forget_names() -> None:
    UnmatchedName.objects.filter(decision=UnmatchedName.Decision.WAITING, waiting__isnull=True).delete()


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]
