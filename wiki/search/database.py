"""The answer without an index: slower, without stemming's finer points, and never absent."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from products.models import Component, OfficialDiagnostic, Product
from wiki.models import Fix, Problem
from wiki.queries.qualities import qualities_of
from wiki.search.documents import number_keys
from wiki.search.engine import CODE_SCORE, Fact, Found, Kind, Scored, Wanted, blended
from wiki.search.query import strongest

MOST_PARTS = 12
"""Words that are looked for: each reads all texts, and a sum of many more is deeper than some databases take."""


def find(wanted: Wanted, kind: Kind, *, limit: int) -> Found:
    """The best objects of a kind by how many of the words their title and text contain; harm is not looked for."""
    words = {stem: weight for stem, weight in wanted.stems.items() if "_" not in stem}  # no text holds other terms
    parts = [_part(stem) for stem in strongest(words, MOST_PARTS)]
    scope = Product.objects.filter(pk=wanted.scope.product).first() if wanted.scope is not None else None
    component = Component.objects.filter(pk=wanted.component).first() if wanted.component is not None else None
    if kind is Kind.PROBLEM:
        rows = Problem.objects.canonical().filter(state=Problem.State.PUBLISHED)
        if scope is not None:
            rows = rows.about(scope)
        if component is not None:
            rows = rows.filter(component__tree_id=component.tree_id)
            rows = rows.filter(component__lft__gte=component.lft, component__rght__lte=component.rght)
        answered = Exists(Fix.objects.filter(problem=OuterRef("pk"), state=Fix.State.PUBLISHED))
        if Fact.ANSWERED in wanted.facts:
            rows = rows.filter(answered)
        if Fact.UNANSWERED in wanted.facts:
            rows = rows.filter(~answered)
        return _with_quality(_ranked(rows, parts, ["title"], ["symptom"], _coded_problem(wanted), limit))
    if kind is Kind.OFFICIAL:
        official = OfficialDiagnostic.objects.all()
        if scope is not None:
            official = official.filter(pk__in=official.applying_to(scope).values("pk"))
        if component is not None:
            inside = Component.objects.filter(
                tree_id=component.tree_id, lft__gte=component.lft, rght__lte=component.rght
            )
            official = official.filter(pk__in=official.filter(components__in=inside).values("pk"))
        return _ranked(official, parts, ["title"], ["situation", "action"], _coded_official(wanted), limit)
    products = Product.objects.exclude(kind=Product.Level.YEAR)
    return _ranked(products, parts, ["name"], ["full_name"], Q(), limit)


def _with_quality(found: Found) -> Found:
    """The same hits in the order that their quality gives them; what was cut off is not weighed any more."""
    worth = qualities_of([hit.object_id for hit in found.hits], today=timezone.now().date())
    hits = []
    for hit in found.hits:
        codes, words = divmod(hit.score, CODE_SCORE)
        quality = worth.get(hit.object_id, 0)
        hits.append(Scored(hit.object_id, blended(words, int(codes), quality), quality=quality))
    return replace(found, hits=tuple(sorted(hits, key=lambda hit: -hit.score)))


def _part(stem: str) -> str:
    """What the forms of a word share: Porter's "batteri" stands for battery and batteries."""
    return stem[:-1] if stem.endswith("i") and len(stem) > 3 else stem


def _coded_problem(wanted: Wanted) -> Q:
    coded = Q()
    for code in wanted.codes:
        coded |= Q(code_bases__contains=f" {code} ")
    return coded


def _coded_official(wanted: Wanted) -> Q:
    coded = Q()
    for code in wanted.codes:
        has_it = OfficialDiagnostic.codes.through.objects.filter(
            officialdiagnostic_id=OuterRef("pk"), faultcode__base=code
        )
        coded |= Q(Exists(has_it))
        if len(code) >= 5:
            coded |= Q(number__istartswith=min(number_keys(code), key=len))
    return coded


def _ranked(rows: QuerySet, parts: list[str], titles: list[str], texts: list[str], coded: Q, limit: int) -> Found:  # type: ignore[type-arg]
    any_of, score = Q(), Value(0.0, output_field=FloatField())
    total: Combinable = score
    for part in parts:
        for weight, names in ((2.0, titles), (1.0, texts)):
            for name in names:
                has_it = Q(**{f"{name}__icontains": part})
                any_of |= has_it
                total = total + Case(When(has_it, then=Value(weight)), default=Value(0.0), output_field=FloatField())
    if coded:
        any_of |= coded
        total = total + Case(When(coded, then=Value(CODE_SCORE)), default=Value(0.0), output_field=FloatField())
    if not any_of:
        return Found()
    found = rows.filter(any_of).annotate(match=total).order_by(F("match").desc(), "-pk").values_list("pk", "match")
    hits = tuple(Scored(pk, score) for pk, score in found[: limit + 1])
    return Found(hits=hits[:limit], more=len(hits) > limit, rarity=dict.fromkeys(parts, 1.0))
