"""What a search found, as its page prints it: problems, official diagnostics, meanings of codes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.utils.safestring import SafeString

from accounts.models import User
from products.models import FaultCode, OfficialDiagnostic, Product
from wiki.models import DiagnosticLink, Fix, Problem
from wiki.queries.first_steps import StepSummary, first_steps
from wiki.queries.problem_page import LaneItem, lane_item
from wiki.queries.reader import Reader
from wiki.richtext import words
from wiki.search.query import Asked
from wiki.search.snippets import LONGEST_READ, snippet
from wiki.search.words import words as words_in

CODES_EXPLAINED = 3
PROBLEMS_LINKED = 3


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A problem that matched, as `components/hit.html` shows it."""

    problem: Problem
    url: str
    title: str
    context: str
    codes: tuple[str, ...]
    words: SafeString
    first: StepSummary | None
    why: tuple[str, ...] = ()
    lang: str = ""


@dataclass(frozen=True)
class CodeMeaning:
    """What a fault code asked for means, by one source; makes are never mixed."""

    base: str
    description: str
    source: str
    make: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Matching:
    """What was searched for, so that a hit can say why it is here.

    `typed` are the words as typed by the stem that they were read as; `product` is the scope; `held` are the stems that
    each problem holds; `quality` are those that what is known of their remedies moved up.
    """

    typed: Mapping[str, str]
    codes: tuple[str, ...]
    product: Product | None
    held: Mapping[int, frozenset[str]]
    quality: Mapping[int, int] = field(default_factory=dict)

    def why(self, problem: Problem, first: StepSummary | None = None) -> tuple[str, ...]:
        """Sentences in the order of what counts most: codes, own words, other words for them, product, quality.

        `first` is the first step of its plan: where what is known of remedies moved the problem up, it says so.
        """
        held = self.held.get(problem.pk, frozenset())
        own = list(dict.fromkeys(word for stem, word in self.typed.items() if stem in held))
        words = len(set(self.typed.values()))
        told = [f"It has the fault code {code}." for code in self.codes if code in problem.codes]
        if own:
            of_all = "" if len(own) == words else f": {len(own)} of your {words}"
            told.append(f"It holds {_and(own)}{of_all}.")
        elif held:
            told.append("It holds other words for yours.")
        if self.product is not None:
            own_product = problem.product_id == self.product.pk
            told.append(f"It is about {'' if own_product else 'a product in or above '}{self.product.full_name}.")
        if first is not None and first.worked and problem.pk in self.quality:
            thing = "A fix" if first.kind == "fix" else "The official remedy"
            told.append(f"{thing} worked for {first.worked} of {first.total} who tried it.")
        return tuple(told)


def _and(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def hits_of(
    ids: Sequence[int],
    stems: set[str],
    matching: Matching,
    reader: Reader,
    user: User | AnonymousUser,
    now: datetime.datetime,
) -> tuple[Hit, ...]:
    """The problems found, in their order, each with its snippet and the first step of its plan; five queries."""
    fixes = Fix.objects.filter(state=Fix.State.PUBLISHED).only("id", "problem_id", "title", "summary", "cause")
    rows: Mapping[int, Problem] = (
        Problem.objects.visible_to(user)
        .select_related("product", "component")
        .prefetch_related(Prefetch("fixes", queryset=fixes, to_attr="fixes_found"))
        .order_by()
        .in_bulk(ids)
    )
    problems = [rows[pk] for pk in ids if pk in rows]
    steps = first_steps(problems, reader, now=now) if problems else {}
    return tuple(_hit(problem, stems, steps.get(problem.pk), matching) for problem in problems)


def surface_forms(hits: Sequence[Hit], stems: set[str]) -> dict[str, str]:
    """How the hits' own texts write the stems: the first form of each, in small letters."""
    forms: dict[str, str] = {}
    for hit in hits:
        found: list[Fix] = hit.problem.fixes_found  # type: ignore[attr-defined]
        for text in (hit.title, hit.problem.symptom, hit.context, *(f"{fix.title} {fix.cause}" for fix in found)):
            for word in words_in(text[:LONGEST_READ]):
                if word.stem in stems:
                    forms.setdefault(word.stem, text[word.start : word.end].lower())
    return forms


def _hit(problem: Problem, stems: set[str], first: StepSummary | None, matching: Matching) -> Hit:
    sightings = problem.sighting_count
    seen = f", {sightings} sighting{'' if sightings == 1 else 's'}" if sightings else ""
    found: list[Fix] = problem.fixes_found  # type: ignore[attr-defined]
    texts = [words(problem.symptom_html), *(f"{fix.title}. {fix.cause or fix.summary}" for fix in found)]
    return Hit(
        problem=problem,
        url=problem.get_absolute_url(),
        title=problem.title,
        context=f"{problem.product.full_name}{seen}",
        codes=tuple(problem.codes),
        words=snippet([text for text in texts if text], stems, problem.language),
        first=first,
        why=matching.why(problem, first),
        lang=problem.lang,
    )


def lane_of(ids: Sequence[int], stems: set[str], today: datetime.date) -> tuple[LaneItem, ...]:
    """The official diagnostics found, in their order; one query."""
    rows = OfficialDiagnostic.objects.select_related("superseded_by").order_by().in_bulk(ids)
    return tuple(_found(rows[pk], stems, today) for pk in ids if pk in rows)


def with_problems(items: Sequence[LaneItem], ids: Sequence[int], user: User | AnonymousUser) -> tuple[LaneItem, ...]:
    """Official diagnostics that are the answer themselves, each with the problems it is linked to; one query."""
    visible = Problem.objects.visible_to(user).canonical().order_by()
    links = DiagnosticLink.objects.filter(diagnostic__in=ids, problem__in=visible.values("pk"))
    linked: dict[str, list[tuple[str, str]]] = {}
    for link in links.select_related("problem", "diagnostic").order_by("-problem__sighting_count", "problem_id"):
        address = link.diagnostic.get_absolute_url()
        linked.setdefault(address, []).append((link.problem.title, link.problem.get_absolute_url()))
    return tuple(replace(item, problems=tuple(linked.get(item.url, ())[:PROBLEMS_LINKED])) for item in items)


def _found(official: OfficialDiagnostic, stems: set[str], today: datetime.date) -> LaneItem:
    """As every lane prints it, with the words that were found."""
    texts = [text for text in (official.situation, official.action, official.cause) if text]
    return replace(lane_item(official, today), words=snippet(texts, stems))


def meanings_of(asked: Asked) -> tuple[CodeMeaning, ...]:
    """What the codes asked for mean, by make; one query."""
    rows = FaultCode.objects.filter(base__in=asked.codes).select_related("make").order_by("make_id", "id")
    found: dict[tuple[str, str], CodeMeaning] = {}
    for row in rows[:40] if asked.codes else ():
        make = row.make.name if row.make is not None else ""
        found.setdefault(
            (row.base, make), CodeMeaning(row.base, row.description, row.source, make, row.get_absolute_url())
        )
    return tuple(found.values())[:CODES_EXPLAINED]
