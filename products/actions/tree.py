"""Writes to the product tree. Every one takes the tree lock first and reads its nodes inside it."""

from collections.abc import Iterable

from django.db import transaction

from products.actions.renumbering import renumber
from products.actions.tree_totals import tell_moved
from products.database import tree_lock, update_many
from products.errors import (
    MoveIntoItself,
    NameMissing,
    NameTaken,
    NameTooLong,
    ProductGone,
    ProductInUse,
    WrongLevel,
    YearsOutOfOrder,
)
from products.models import Change, FormerPath, ImportRun, Product, ProductAlias, UnmatchedName
from products.rules.naming import full_name_of, key_of, may_stand_under, slug_of, tidy

_LONGEST_PATH = 255


@transaction.atomic
def add_product(
    *,
    parent: Product | None,
    kind: str,
    name: str,
    year_from: int | None = None,
    year_to: int | None = None,
    aliases: Iterable[str] = (),
    is_demonstration: bool = False,
    run: ImportRun | None = None,
) -> Product:
    """Add one product under a parent (none for a category at the root); a year's own name gives its years.

    Raises NameMissing, NameTaken, NameTooLong, WrongLevel, YearsOutOfOrder or ProductGone.
    """
    tree_lock()
    parent = None if parent is None else read_again(parent)
    name, key, slug = checked_name(parent=parent, kind=kind, name=name)
    if kind == Product.Level.YEAR and year_from is None and name.isdigit():
        year_from = year_to = int(name)
    check_years(year_from, year_to)
    path, full_name = _path_and_full_name(parent, kind, name, slug)
    product = Product(
        parent=parent,
        kind=kind,
        name=name,
        slug=slug,
        key=key,
        path=path,
        full_name=full_name,
        full_name_key=key_of(full_name),
        year_from=year_from,
        year_to=year_to,
        is_demonstration=is_demonstration,
        created_by_run=run,
    )
    product.save()
    FormerPath.objects.filter(path=path).delete()
    for alias in aliases:
        add_alias(product=product, name=alias, run=run)
    Change.objects.create(kind=Change.Kind.PRODUCT, object_id=product.pk)
    return Product.objects.get(pk=product.pk)


@transaction.atomic
def rename_product(*, product: Product, name: str) -> Product:
    """Give a product another name; its old name stays as an alias and the old paths redirect.

    Raises NameMissing, NameTaken, NameTooLong or ProductGone.
    """
    tree_lock()
    product = read_again(product)
    parent = product.parent
    old_name = product.name
    name, key, slug = checked_name(parent=parent, kind=product.kind, name=name, apart_from=product)
    if name == old_name:
        return product
    update_many(Product, ["name", "key", "slug"], [(name, key, slug, product.pk)])
    renumber(Product)
    _write_paths_below(product.pk)
    if key_of(old_name) != key:
        add_alias(product=product, name=old_name)
    return Product.objects.get(pk=product.pk)


@transaction.atomic
def move_product(*, product: Product, parent: Product | None) -> Product:
    """Put a product with everything below it under another parent; the old paths redirect.

    Raises MoveIntoItself, WrongLevel, NameTaken, NameTooLong or ProductGone.
    """
    tree_lock()
    product = read_again(product)
    parent = None if parent is None else read_again(parent)
    if parent is not None and parent.is_descendant_of(product, include_self=True):
        raise MoveIntoItself(f"{product.full_name} cannot stand under itself.")
    _, _, slug = checked_name(parent=parent, kind=product.kind, name=product.name, apart_from=product)
    before = _way_to(product.parent)
    update_many(Product, ["parent", "slug"], [(parent.pk if parent else None, slug, product.pk)])
    renumber(Product)
    _write_paths_below(product.pk)
    after = _way_to(None if parent is None else read_again(parent))
    tell_moved(
        nodes=[product.pk],
        left=[node for node in before if node not in after],
        joined=[node for node in after if node not in before],
    )
    return Product.objects.get(pk=product.pk)


@transaction.atomic
def insert_generation(*, model: Product, name: str, year_from: int, year_to: int | None = None) -> Product:
    """Slip a generation in under a model, above the model's years that lie within it; their old paths redirect.

    Without a last year it takes every year from the first one on. Raises WrongLevel when `model` is no model, else as
    `add_product`.
    """
    tree_lock()
    model = read_again(model)
    if model.kind != Product.Level.MODEL:
        raise WrongLevel(f"A generation stands under a model, and {model.full_name} is a {model.get_kind_display()}.")
    generation = add_product(
        parent=model, kind=Product.Level.GENERATION, name=name, year_from=year_from, year_to=year_to
    )
    years = Product.objects.filter(parent=model, kind=Product.Level.YEAR, year_from__gte=year_from)
    if year_to is not None:
        years = years.filter(year_to__lte=year_to)
    ids = list(years.values_list("pk", flat=True))
    update_many(Product, ["parent"], [(generation.pk, pk) for pk in ids])
    renumber(Product)
    _write_paths_below(generation.pk)
    tell_moved(nodes=ids, left=[], joined=[generation.pk])
    return Product.objects.get(pk=generation.pk)


@transaction.atomic
def remove_product(*, product: Product) -> None:
    """Remove a product on which nothing hangs. Raises ProductInUse with what does, or ProductGone."""
    tree_lock()
    product = read_again(product)
    for relation in Product._meta.related_objects:
        if relation.related_model in (ProductAlias, FormerPath, UnmatchedName):
            continue
        rows = relation.related_model._default_manager.filter(**{relation.field.name: product})
        if rows.exists():
            raise ProductInUse(
                f"{product.full_name} stays: {relation.related_model._meta.verbose_name_plural} hang on it."
            )
    pk = product.pk
    product.delete()
    Change.objects.create(kind=Change.Kind.PRODUCT, object_id=pk)


@transaction.atomic
def add_alias(*, product: Product, name: str, run: ImportRun | None = None) -> ProductAlias:
    """Add another name of a product; the same alias again returns the one that is there.

    Raises NameMissing, NameTooLong, or NameTaken when a sibling goes by that name.
    """
    tree_lock()
    name, key = tidy(name), key_of(name)
    if not key:
        raise NameMissing("Another name needs a letter or a digit.")
    if len(name) > 120:
        raise NameTooLong(f"Another name can have 120 characters; this one has {len(name)}.")
    there = ProductAlias.objects.filter(product=product, key=key).first()
    if there is not None:
        return there
    refuse_taken(parent_id=product.parent_id, key=key, name=name, apart_from=product)
    alias = ProductAlias.objects.create(product=product, name=name, key=key, created_by_run=run)
    Change.objects.create(kind=Change.Kind.PRODUCT, object_id=product.pk)
    return alias


@transaction.atomic
def remove_alias(*, alias: ProductAlias) -> None:
    """Take another name of a product away."""
    tree_lock()
    product = alias.product_id
    ProductAlias.objects.filter(pk=alias.pk).delete()
    Change.objects.create(kind=Change.Kind.PRODUCT, object_id=product)


@transaction.atomic
def rebuild_tree() -> int:
    """Work out the tree's numbers, paths and full names from parents and names alone; how many nodes were wrong."""
    tree_lock()
    wrong = renumber(Product)
    for root in Product.objects.filter(parent__isnull=True):
        wrong |= _write_paths_below(root.pk)
    return len(wrong)


def _way_to(product: Product | None) -> list[int]:
    """The ids from the root down to a product."""
    return [] if product is None else list(Product.objects.on_path_of(product).values_list("pk", flat=True))


def read_again(product: Product) -> Product:
    """The product as it stands inside the lock."""
    fresh: Product | None = Product.objects.filter(pk=product.pk).select_related("parent").first()
    if fresh is None:
        raise ProductGone(f"{product.full_name} is no longer there.")
    return fresh


def check_years(year_from: int | None, year_to: int | None) -> None:
    """Raise YearsOutOfOrder for years outside 1885-2100 or in the wrong order."""
    for year in (year_from, year_to):
        if year is not None and not 1885 <= year <= 2100:
            raise YearsOutOfOrder(f"A year lies between 1885 and 2100, not at {year}.")
    if year_from is not None and year_to is not None and year_to < year_from:
        raise YearsOutOfOrder(f"The years end ({year_to}) before they begin ({year_from}).")


def checked_name(
    *, parent: Product | None, kind: str, name: str, apart_from: Product | None = None
) -> tuple[str, str, str]:
    """The tidied name, its key and a slug free under the parent; or the refusal that stands against the name."""
    name = tidy(name)
    key = key_of(name)
    if not key:
        raise NameMissing("A name needs a letter or a digit.")
    if len(name) > 120 or len(key) > 120:
        raise NameTooLong(f"A name can have 120 characters; this one has {len(name)}.")
    if not may_stand_under(kind, parent.kind if parent else None):
        place = f"under {parent.full_name}, a {parent.get_kind_display()}" if parent else "at the root"
        raise WrongLevel(f"A {Product.Level(kind).label} cannot stand {place}.")
    refuse_taken(parent_id=parent.pk if parent else None, key=key, name=name, apart_from=apart_from)
    siblings = Product.objects.filter(parent=parent)
    if apart_from is not None:
        siblings = siblings.exclude(pk=apart_from.pk)
    return name, key, free_slug(slug_of(name), set(siblings.values_list("slug", flat=True)))


def free_slug(slug: str, taken: set[str]) -> str:
    """The slug, or the slug with the first number that makes it free."""
    candidate, number = slug, 2
    while candidate in taken:
        candidate = f"{slug[:75]}-{number}"
        number += 1
    return candidate


def refuse_taken(*, parent_id: int | None, key: str, name: str, apart_from: Product | None) -> None:
    """Raise NameTaken when another child of the parent goes by that name or alias."""
    siblings = Product.objects.filter(parent_id=parent_id)
    if apart_from is not None:
        siblings = siblings.exclude(pk=apart_from.pk)
    other = siblings.filter(key=key).first() or siblings.filter(aliases__key=key).first()
    if other is not None:
        raise NameTaken(f"“{name}” is there already: {other.full_name}.")


def _path_and_full_name(parent: Product | None, kind: str, name: str, slug: str) -> tuple[str, str]:
    chain = [] if parent is None else [(p.kind, p.name) for p in Product.objects.on_path_of(parent)]
    full_name = full_name_of([*chain, (kind, name)])
    path = f"{parent.path}/{slug}" if parent else slug
    if len(path) > _LONGEST_PATH or len(full_name) > _LONGEST_PATH:
        raise NameTooLong(f"“{name}” would make an address or a full name of more than {_LONGEST_PATH} characters.")
    return path, full_name


def _write_paths_below(pk: int) -> set[int]:
    """Write path and full name of a product and all below it, keep the old paths, and tell the change feed."""
    top = Product.objects.get(pk=pk)
    chains: dict[int, list[tuple[str, str]]] = {}
    paths: dict[int, str] = {}
    if top.parent_id is not None:
        chains[top.parent_id] = [(p.kind, p.name) for p in Product.objects.on_path_of(top.parent)]
        paths[top.parent_id] = top.parent.path
    rows, former, changed = [], {}, set()
    nodes = Product.objects.within(top).order_by("lft")
    for node in nodes:
        chain = [*chains.get(node.parent_id, []), (node.kind, node.name)]
        chains[node.pk] = chain
        path = f"{paths[node.parent_id]}/{node.slug}" if node.parent_id in paths else node.slug
        paths[node.pk] = path
        full_name = full_name_of(chain)
        if len(path) > _LONGEST_PATH or len(full_name) > _LONGEST_PATH:
            raise NameTooLong(f"{full_name} would have an address or a name of more than {_LONGEST_PATH} characters.")
        if (path, full_name) == (node.path, node.full_name) and node.full_name_key == key_of(full_name):
            continue
        changed.add(node.pk)
        rows.append((path, full_name, key_of(full_name), node.pk))
        if path != node.path:
            former[node.path] = node.pk
    # Two steps, so that a path may pass from one node to another without meeting the unique constraint on the way.
    update_many(Product, ["path"], [(f"#{row[-1]}", row[-1]) for row in rows])
    update_many(Product, ["path", "full_name", "full_name_key"], rows)
    FormerPath.objects.filter(path__in=[row[0] for row in rows]).delete()
    FormerPath.objects.filter(path__in=list(former)).delete()
    live = set(Product.objects.filter(path__in=list(former)).values_list("path", flat=True))
    FormerPath.objects.bulk_create(
        [FormerPath(path=path, product_id=node) for path, node in former.items() if path not in live]
    )
    Change.objects.bulk_create([Change(kind=Change.Kind.PRODUCT, object_id=node) for node in sorted(changed)])
    return changed
