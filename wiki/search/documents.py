"""What is indexed for a problem with its fixes, an official diagnostic and a product, read from the database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, cast

from django.db.models import Prefetch, Q
from django.utils import timezone

from products.models import Component, FaultCode, OfficialDiagnostic, Product
from products.querysets import ProductQuerySet
from wiki.models import DiagnosticLink, Fix, Problem
from wiki.queries.qualities import qualities_of
from wiki.querysets import ProblemQuerySet
from wiki.rules.severity import severity_of
from wiki.search.engine import LANGUAGE, Document, Fact, Kind
from wiki.search.terms import terms

BATCH = 500
"""Objects read and indexed together."""

MOST_IDS = 900
"""Ids in one IN list: SQLite of older distributions takes 999 values."""

FIX_WORDS = 250
"""Stems of each fix that count for its problem: a long set of steps must not drown the symptom."""

COVERED_NAMES = 30
"""Products named in an official diagnostic's words; a campaign can cover hundreds."""

_CAMPAIGN = re.compile(r"\d{2}[A-Z]\d{6}")


def number_keys(number: str) -> frozenset[str]:
    """A publisher's number as it is compared: letters and digits, and a campaign's short form (24V123 of 24V123000)."""
    key = "".join(character for character in number.upper() if character.isalnum())
    if _CAMPAIGN.fullmatch(key):
        return frozenset({key, key[:6]})
    return frozenset({key} if key else ())


def documents_of(kind: Kind, ids: Iterable[int]) -> Iterator[Document]:
    """The documents of those ids that ought to be found: published, canonical, existing. In batches."""
    ordered = list(ids)
    make = {Kind.PROBLEM: _problems, Kind.OFFICIAL: _diagnostics, Kind.PRODUCT: _products}[kind]
    for start in range(0, len(ordered), BATCH):
        yield from make(ordered[start : start + BATCH])


def indexable_ids(kind: Kind) -> list[int]:
    """The ids of everything of a kind that ought to be found."""
    if kind is Kind.PROBLEM:
        return list(_found_problems().order_by("id").values_list("id", flat=True))
    if kind is Kind.OFFICIAL:
        return list(OfficialDiagnostic.objects.order_by("id").values_list("id", flat=True))
    return list(_found_products().order_by("id").values_list("id", flat=True))


def _found_problems() -> ProblemQuerySet:
    return Problem.objects.canonical().filter(state=Problem.State.PUBLISHED)


def _found_products() -> ProductQuerySet:
    # A model's years carry its name and nothing else: they are reached through it and by "range rover 04".
    return Product.objects.exclude(kind=Product.Level.YEAR)


def _in_chunks(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), MOST_IDS):
        yield ordered[start : start + MOST_IDS]


def _lines(model: type[Product] | type[Component], ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Each id with its line in the tree, itself first, as (id, name)."""
    known: dict[int, tuple[int | None, str]] = {}
    wanted = set(ids)
    while wanted:
        rows: list[tuple[int, int | None, str]] = []
        for chunk in _in_chunks(wanted):
            rows += model.objects.filter(id__in=chunk).values_list("id", "parent_id", "name")
        known.update({row[0]: (row[1], row[2]) for row in rows})
        wanted = {parent for _, parent, _ in rows if parent is not None and parent not in known}
    lines: dict[int, list[tuple[int, str]]] = {}
    for start in ids:
        line: list[tuple[int, str]] = []
        node: int | None = start
        while node is not None and node in known:
            line.append((node, known[node][1]))
            node = known[node][0]
        lines[start] = line
    return lines


def _meanings(bases: Collection[str]) -> dict[str, list[tuple[int | None, str]]]:
    """Descriptions of base codes, each with the make that it holds for."""
    found: dict[str, list[tuple[int | None, str]]] = defaultdict(list)
    ordered = sorted(bases)
    for start in range(0, len(ordered), MOST_IDS):
        rows = FaultCode.objects.filter(base__in=ordered[start : start + MOST_IDS])
        for base, make, description in rows.values_list("base", "make_id", "description"):
            found[base].append((make, description))
    return found


def words_of(*, title: str, body: Iterable[str], written: Iterable[str] = (), language: str = "") -> tuple[str, ...]:
    """The terms of an object: its title counts twice. `written` is in its own language, `body` in the site's."""
    head = terms(title, language)
    own = [term for text in written for term in terms(text, language)]
    return (*head, *head, *own, *(term for text in body for term in terms(text)))


def _problems(ids: list[int]) -> Iterator[Document]:
    fixes = Fix.objects.filter(state=Fix.State.PUBLISHED).prefetch_related("parts")
    rows = list(
        _found_problems()
        .filter(id__in=ids)
        .select_related("product")
        .prefetch_related(Prefetch("fixes", queryset=fixes), "duplicates")
    )
    products = _lines(Product, {row.product_id for row in rows})
    component_ids = {row.component_id for row in rows} | {fix.component_id for row in rows for fix in row.fixes.all()}
    components = _lines(Component, {component for component in component_ids if component is not None})
    meanings = _meanings({code for row in rows for code in row.codes})
    qualities = qualities_of(ids, today=timezone.now().date())
    for row in rows:
        within = {product for product, _ in products[row.product_id]}
        parts_of = [row.component_id, *(fix.component_id for fix in row.fixes.all())]
        lines = [components[component] for component in parts_of if component is not None]
        described = [
            text
            for code in row.codes
            for make, text in meanings.get(code, ())
            if make is None or make in within  # meanings never mix makes
        ]
        merged = [twin.title for twin in row.duplicates.all() if twin.state == Problem.State.PUBLISHED]
        body = [
            row.product.full_name,
            products[row.product_id][-1][1],  # the category, which a full name does not say: "laptop"
            *dict.fromkeys(name for line in lines for _, name in line),
            *dict.fromkeys(described),
        ]
        words = words_of(title=row.title, body=body, written=[row.symptom, *merged], language=row.language)
        for fix in row.fixes.all():
            words += _fix_words(fix)
        yield Document(
            kind=Kind.PROBLEM,
            object_id=row.pk,
            stems=words,
            codes=frozenset(row.codes),
            products=frozenset({row.product_id}),
            within=frozenset(within),
            components=frozenset(component for line in lines for component, _ in line),
            facts=facts_of(row, list(row.fixes.all())),
            quality=qualities.get(row.pk, 0),
        )


def facts_of(problem: Problem, fixes: Collection[Fix]) -> frozenset[str]:
    """What is true of a problem: whether it has a fix, whether its text tells of fire, smoke or injury; languages."""
    found: set[str] = {Fact.ANSWERED if fixes else Fact.UNANSWERED}
    found |= {f"{LANGUAGE}{language}" for language in [problem.language, *(fix.language for fix in fixes)]}
    if severity_of(f"{problem.title}. {problem.symptom}").harm:
        found.add(Fact.HARMFUL)
    return frozenset(found)


def _fix_words(fix: Fix) -> tuple[str, ...]:
    texts = [fix.title, fix.summary, fix.cause, fix.first_check, fix.tools]
    texts += [f"{part.name} {part.number}" for part in fix.parts.all()]
    return tuple([stem for text in [*texts, fix.steps] for stem in terms(text, fix.language)][:FIX_WORDS])


def _diagnostics(ids: list[int]) -> Iterator[Document]:
    rows = list(OfficialDiagnostic.objects.filter(id__in=ids).prefetch_related("components", "codes", "coverage"))
    products = _lines(Product, {cover.product_id for row in rows for cover in row.coverage.all()})
    components = _lines(Component, {component.pk for row in rows for component in row.components.all()})
    for row in rows:
        covered = {cover.product_id for cover in row.coverage.all()}
        lines = [components[component.pk] for component in row.components.all()]
        names = dict.fromkeys(name for product in sorted(covered) for _, name in reversed(products[product]))
        body = [
            row.situation,
            row.cause,
            row.action,
            row.consequence,
            row.remedy_title,
            f"{row.publisher} {row.number} {row.get_kind_display()}",
            *dict.fromkeys(name for line in lines for _, name in line),
            *dict.fromkeys(code.description for code in row.codes.all()),
            *list(names)[:COVERED_NAMES],
        ]
        yield Document(
            kind=Kind.OFFICIAL,
            object_id=row.pk,
            stems=words_of(title=row.title, body=body),
            codes=frozenset(code.base for code in row.codes.all()) | number_keys(row.number),
            products=frozenset(covered),
            within=frozenset(product for place in covered for product, _ in products[place]),
            components=frozenset(component for line in lines for component, _ in line),
        )


def _products(ids: list[int]) -> Iterator[Document]:
    rows = list(_found_products().filter(id__in=ids).prefetch_related("aliases"))
    lines = _lines(Product, {row.pk for row in rows})
    for row in rows:
        yield Document(
            kind=Kind.PRODUCT,
            object_id=row.pk,
            stems=words_of(title=row.name, body=[row.full_name, *(alias.name for alias in row.aliases.all())]),
            products=frozenset({row.pk}),
            within=frozenset(product for product, _ in lines[row.pk]),
        )


def touched(changes: Iterable[tuple[str, int]]) -> dict[Kind, set[int]]:
    """What must be read again after those changes, given as (kind, id): a product carries what stands below it."""
    changed: dict[str, set[int]] = defaultdict(set)
    for kind, object_id in changes:
        changed[kind].add(object_id)
    problems = set(changed["problem"])
    for chunk in _in_chunks(changed["fix"]):
        problems.update(Fix.objects.filter(id__in=chunk).values_list("problem_id", flat=True))
    # A problem merged into another, or split from it, changes the words of the other too.
    for chunk in _in_chunks(changed["problem"]):
        merged = Problem.objects.filter(id__in=chunk, duplicate_of__isnull=False)
        problems.update(merged.values_list("duplicate_of_id", flat=True))
    official = set(changed["official"])
    # What was reported on an official remedy is part of the quality of the problems in whose plans it stands.
    for chunk in _in_chunks(official):
        problems.update(DiagnosticLink.objects.filter(diagnostic__in=chunk).values_list("problem", flat=True))
    for below in _subtrees(changed["product"]):
        problems.update(Problem.objects.filter(below).values_list("id", flat=True))
        covered = OfficialDiagnostic.objects.filter(_behind(below, "coverage__"))
        official.update(covered.values_list("id", flat=True))
    return {Kind.PROBLEM: problems, Kind.OFFICIAL: official, Kind.PRODUCT: set(changed["product"])}


def _subtrees(products: Collection[int]) -> Iterator[Q]:
    """Conditions on `product` that together catch the products and everything below them."""
    for chunk in _in_chunks(products):
        yield Q(product__in=chunk)
        inner = Product.objects.filter(id__in=chunk).values_list("tree_id", "lft", "rght")
        ranges = [place for place in inner if place[2] > place[1] + 1]
        for start in range(0, len(ranges), 50):
            below = Q()
            for tree, left, right in ranges[start : start + 50]:
                below |= Q(product__tree_id=tree, product__lft__gt=left, product__rght__lt=right)
            yield below


def _behind(condition: Q, prefix: str) -> Q:
    """The condition with every field reached through a relation."""
    moved = Q()
    moved.connector, moved.negated = condition.connector, condition.negated
    for child in condition.children:
        if isinstance(child, Q):
            moved.children.append(_behind(child, prefix))
        else:
            name, value = cast("tuple[str, Any]", child)
            moved.children.append((prefix + name, value))
    return moved
