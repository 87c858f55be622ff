"""Suggestions while typing: products, components and fault codes, from lexicons in memory. Two queries each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Max, Model, QuerySet

from products.models import Change, Component, ComponentAlias, FaultCode, Product, ProductAlias
from products.queries.kept_lexicon import FollowingLexicon, MarkedLexicon
from products.queries.lexicon import Entry
from products.rules.naming import key_of

AT_MOST = 10

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Suggestion:
    """What a picker offers: `value` goes into the text field, `detail` stands beside it in small."""

    id: int
    value: str
    label: str
    detail: str


def suggest_products(typed: str) -> list[Suggestion]:
    """Products whose full name or alias holds every word typed, makes and models before years and variants."""
    return [
        Suggestion(product.pk, product.full_name, product.full_name, product.get_kind_display())
        for product in products_named([typed], AT_MOST)[1]
    ]


def products_named(texts: Iterable[str], limit: int) -> tuple[str, list[Product]]:
    """The first of the texts that is a name as typed so far, with the best products for it; two queries."""
    text, pks = _products.find_first(texts, limit)
    return text, _in_order(Product.objects.only("pk", "full_name", "kind", "path").order_by(), pks)


def suggest_components(typed: str) -> list[Suggestion]:
    """Components by a part of their name or of another name, those that begin with it first."""
    found = Component.objects.select_related("parent")
    return [
        Suggestion(component.pk, component.name, component.name, component.parent.name if component.parent else "")
        for component in _in_order(found, _components.find(typed, AT_MOST))
    ]


def suggest_codes(typed: str, limit: int = AT_MOST) -> list[Suggestion]:
    """Fault codes that begin with what was typed, each base code once, with one of its meanings."""
    start = key_of(typed)
    if not start:
        return []
    found = _in_order(FaultCode.objects.only("pk", "base", "description").order_by(), _codes.find(start, limit))
    return [Suggestion(code.pk, code.base, code.base, code.description) for code in found]


def _in_order(rows: QuerySet[_Row], pks: list[int]) -> list[_Row]:
    found: dict[int, _Row] = rows.in_bulk(pks) if pks else {}
    return [found[pk] for pk in pks if pk in found]


def _read_products(ids: Collection[int] | None) -> Iterator[Entry]:
    rows = Product.objects.order_by().values_list("pk", "kind", "level", "name", "full_name", "path", "year_from")
    aliases = ProductAlias.objects.order_by().values_list("product__path", "name")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
        above = {one for row in rows for one in _paths(row[5])}
        aliases = aliases.filter(product__path__in=above)
    called: dict[str, list[str]] = defaultdict(list)
    for path, name in aliases:
        called[path].append(name)
    for pk, kind, level, name, full_name, path, year in rows:
        *upper, own = _paths(path)
        # Models stand before their years, and the newest year first.
        newest = -(year or 0) if kind == Product.Level.YEAR else 0
        names = (full_name, name, *called[own]) if kind != Product.Level.YEAR else (full_name,)
        yield Entry(pk, (level, newest, full_name, pk), names, tuple(alias for one in upper for alias in called[one]))


def _paths(path: str) -> list[str]:
    """The path of every product on the way to one, its own last."""
    slugs = path.split("/")
    return ["/".join(slugs[:end]) for end in range(1, len(slugs) + 1)]


def _read_components() -> Iterator[Entry]:
    called: dict[int, list[str]] = defaultdict(list)
    for component, name in ComponentAlias.objects.order_by().values_list("component_id", "name"):
        called[component].append(name)
    for pk, level, name in Component.objects.order_by().values_list("pk", "level", "name"):
        yield Entry(pk, (level, name, pk), (name, *called[pk]))


def _read_codes() -> Iterable[Entry]:
    first: dict[str, int] = {}
    for pk, base in FaultCode.objects.order_by("base", "make_id", "pk").values_list("pk", "base"):
        first.setdefault(base, pk)
    return (Entry(pk, (base,), (base,)) for base, pk in first.items())


def _last(*models: type[Component | ComponentAlias | FaultCode]) -> tuple[int | None, ...]:
    return tuple(model._default_manager.aggregate(last=Max("pk"))["last"] for model in models)


_products = FollowingLexicon(Change.Kind.PRODUCT, _read_products)
_components = MarkedLexicon(lambda: _last(Component, ComponentAlias), _read_components)
_codes = MarkedLexicon(lambda: _last(FaultCode), _read_codes)
