"""Finding the products that an official list names, by key and by other name, without making any."""

from collections.abc import Iterable

from django.db.models import Q

from products.models import Product, ProductAlias
from products.rules.naming import key_of
from products.rules.places import Place

_IN_GENERATIONS = Product.Level.GENERATION


def match_places(places: Iterable[Place]) -> dict[Place, int]:
    """The ids of the places that are in the tree, and of all above them; what is missing is left out.

    A fixed number of queries.
    """
    wanted = list(dict.fromkeys(places))
    depth = max((len(place) for place in wanted), default=0)
    found: dict[Place, int] = {}
    named: dict[tuple[int | None, str], int] = {}
    parents: dict[int, int] = {}
    for level in range(1, depth + 1):
        here = [place for place in wanted if len(place) >= level]
        keys = {key_of(place[level - 1].name) for place in here}
        for kind in {place[level - 1].kind for place in here}:
            _name(kind, keys, parents, named)
        for place in here:
            above = found.get(place[: level - 1])
            if level > 1 and above is None:
                continue
            product = named.get((above, key_of(place[level - 1].name)))
            if product is not None:
                found[place[:level]] = product
        if any(place[level - 1].kind == Product.Level.MODEL for place in here):
            parents = dict(
                Product.objects.filter(kind=_IN_GENERATIONS, parent__kind=Product.Level.MODEL).values_list(
                    "pk", "parent_id"
                )
            )
    return found


def _name(kind: str, keys: set[str], parents: dict[int, int], named: dict[tuple[int | None, str], int]) -> None:
    """Note the products of a level below their parent, a year in a generation below its model; names before aliases."""
    products = Product.objects.filter(kind=kind).order_by("pk")
    aliases = ProductAlias.objects.filter(product__kind=kind).order_by("pk")
    for parent, key, pk in [
        *products.values_list("parent_id", "key", "pk").iterator(chunk_size=2_000),
        *aliases.values_list("product__parent_id", "key", "product_id").iterator(chunk_size=2_000),
    ]:
        if key in keys:
            named.setdefault((parents.get(parent, parent) if parent else None, key), pk)


def products_called(names: Iterable[str]) -> dict[str, Product]:
    """Products by path or full name as written; a name of several products finds none. One query."""
    wanted = {name: key_of(name) for name in names}
    rows = Product.objects.filter(
        Q(path__in=[name.strip("/").lower() for name in wanted]) | Q(full_name_key__in=wanted.values())
    )
    by_path: dict[str, Product] = {}
    by_key: dict[str, list[Product]] = {}
    for product in rows:
        by_path[product.path] = product
        by_key.setdefault(product.full_name_key, []).append(product)
    found = {}
    for name, key in wanted.items():
        same = by_key.get(key, [])
        product = by_path.get(name.strip("/").lower()) or (same[0] if len(same) == 1 else None)
        if product is not None:
            found[name] = product
    return found
