"""The dealer's lookup: what the community has proved for this configuration, beside the official diagnostic."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q
from django.db.models.functions import Upper
from django.urls import reverse

from accounts.models import User
from products.models import OfficialDiagnostic, Product
from products.queries.vin import Identified
from products.rules.codes import base_codes
from products.rules.vin import without_vins
from wiki.models import FixPart, Outcome, Problem, ReportedReading
from wiki.queries.histograms import Histogram, mileage_band, mileage_histogram
from wiki.queries.plan_rows import PlanRow
from wiki.queries.plan_words import PeopleGroup, WhyReport, together
from wiki.queries.problem_page import LaneItem, ProblemPage, problem_page
from wiki.queries.reader import Reader
from wiki.queries.search import SearchPage, search_page
from wiki.queries.search_facets import SearchQuery
from wiki.queries.search_hits import Hit
from wiki.rules.weighing import Circumstances

COMEBACK_DAYS = 30
REMEDIES_SHOWN = 6
BELOW_SHOWN = 30


@dataclass(frozen=True)
class PartLine:
    """A part of a remedy by number: its posted price, and how often a report of success names the number."""

    name: str
    number: str
    replaced_by: str
    price: str | None
    currency: str
    quantity: int
    used: int


@dataclass(frozen=True)
class RemedyLine:
    """A remedy with workshops apart from owners, its parts, and how often it came back within 30 days."""

    row: PlanRow
    workshops: PeopleGroup
    owners: PeopleGroup
    parts: tuple[PartLine, ...]
    came_back: int
    succeeded: int


@dataclass(frozen=True)
class ReadingTold:
    """A reading of a test, and of how many cases with it the remedy turned out right."""

    test: str
    reading: str
    remedy: str
    right: int
    total: int


@dataclass(frozen=True)
class Finding:
    """One problem for this configuration: complaint, cause, correction, and the proof of each remedy."""

    page: ProblemPage
    remedies: tuple[RemedyLine, ...]
    readings: tuple[ReadingTold, ...]
    mileage: Histogram

    @property
    def problem(self) -> Problem:
        """The complaint."""
        return self.page.problem

    @property
    def first(self) -> RemedyLine | None:
        """What to check first."""
        return self.remedies[0] if self.remedies else None

    @property
    def cause(self) -> str:
        """What the first remedy says that it is."""
        row = self.first.row if self.first is not None else None
        fix = row.loaded.remedy.fix if row is not None else None
        return (fix.cause if fix is not None else "") or (row.summary if row is not None else "")

    @property
    def proof(self) -> tuple[WhyReport, ...]:
        """Reports on the first remedy, failures first."""
        why = self.first.row.why if self.first is not None else None
        return why.reports if why is not None else ()

    @property
    def official(self) -> PlanRow | None:
        """The official path, if its cost is known."""
        return self.page.plan.official

    @property
    def warns(self) -> bool:
        """Whether something proven stands before the official remedy and saves money."""
        return self.page.plan.has_savings and self.first is not None and self.first.row is not self.official

    @property
    def procedure(self) -> OfficialDiagnostic | None:
        """The official diagnostic whose remedy is the official path, or the first in the plan."""
        rows = [row for row in (self.official, *self.page.plan.rows) if row is not None and row.kind == "official"]
        return rows[0].loaded.remedy.diagnostic if rows else None

    @property
    def procedure_texts(self) -> tuple[str, ...]:
        """What it says, in its own order."""
        says = self.procedure
        return tuple(filter(None, (says.situation, says.cause, says.action))) if says is not None else ()

    @property
    def problem_url(self) -> str:
        """The problem's page for this configuration."""
        return self._with_reader(self.problem.get_absolute_url())

    @property
    def sheet_url(self) -> str:
        """The sheet of the first remedy for this configuration."""
        fix = self.first.row.loaded.remedy.fix if self.first is not None else None
        return self._with_reader(reverse("wiki:fix-sheet", args=[fix.pk, fix.slug])) if fix is not None else ""

    def job_url(self, *, usage: int | None, usage_unit: str) -> str:
        """Where a workshop records the job on the first remedy."""
        if self.first is None:
            return ""
        said = {"remedy": self.first.row.key, "problem": self.problem.pk, "product": self.page.plan.product.path}
        if usage is not None:
            said |= {"usage": usage, "usage_unit": usage_unit}
        return f"{reverse('wiki:pro-outcome')}?{urlencode(said)}"

    def _with_reader(self, address: str) -> str:
        asked = self.page.plan.reader.query()
        return f"{address}?{asked}" if asked else address


@dataclass(frozen=True)
class Lookup:
    """The answer on one screen. `candidates` are what the VIN can be beside `product`, `below` its variants."""

    product: Product | None
    candidates: tuple[Product, ...]
    below: tuple[Product, ...]
    codes: tuple[str, ...]
    search: SearchPage
    finding: Finding | None
    others: tuple[Hit, ...]

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Codes that were asked for and that nobody has reported with the problem found."""
        known = set(self.finding.problem.codes) if self.finding is not None else set()
        return tuple(code for code in self.codes if code not in known)

    @property
    def official(self) -> tuple[LaneItem, ...]:
        """The official diagnostics that apply to the problem found, or those that match where none was."""
        return self.finding.page.lane if self.finding is not None else (*self.search.lane, *self.search.official)


def product_meant(chosen: Product | None, identified: Identified | None) -> tuple[Product | None, tuple[Product, ...]]:
    """The product to look up, and what else it can be: one query at most.

    What a person chose; else the only candidate of the VIN; else the lowest product above all its candidates, or its
    make. A VIN says maker and year, so a person is asked "is this it?".
    """
    candidates = identified.candidates if identified is not None else ()
    if chosen is not None:
        return chosen, candidates
    if len(candidates) == 1:
        return candidates[0], candidates
    if candidates:
        return Product.objects.filter(path=_shared_path([one.path for one in candidates])).first(), candidates
    makes = identified.makes if identified is not None else ()
    return (makes[0] if len(makes) == 1 else None), makes


def _shared_path(paths: Sequence[str]) -> str:
    """The longest path that all paths begin with."""
    shared = []
    for steps in zip(*(path.split("/") for path in paths), strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0])
    return "/".join(shared)


def look_up(
    *,
    product: Product | None,
    candidates: Sequence[Product],
    text: str,
    problem: int | None,
    usage: int | None,
    usage_unit: str,
    user: User | AnonymousUser,
    now: datetime.datetime,
) -> Lookup:
    """Everything on the answer, in a number of queries that doesn't grow with the site.

    `text` is what was pasted: fault codes in a scanner's words, symptom words, or both. `problem` is the one to show
    whole where the person chose another than the best. `usage`, in `usage_unit`, is the mileage.
    """
    text = without_vins(text)
    codes = tuple(base_codes(text))
    path = product.path if product is not None else ""
    asked = SearchQuery(q=words_to_search(text), product=path, scope="" if path else "all")
    found = search_page(asked, user, now=now)
    hits = {hit.problem.pk: hit for hit in found.hits}
    chosen = hits.get(problem) if problem is not None else next(iter(hits.values()), None)
    finding = None
    if chosen is not None:
        finding = _finding(chosen.problem, product, mileage_band(usage, usage_unit), user, now)
    return Lookup(
        product=product,
        candidates=tuple(one for one in candidates if product is None or one.pk != product.pk),
        below=tuple(product.get_children()[:BELOW_SHOWN]) if product is not None else (),
        codes=codes,
        search=found,
        finding=finding,
        others=tuple(hit for hit in hits.values() if chosen is None or hit.problem.pk != chosen.problem.pk),
    )


LONGEST_WORDS = 160
"""A pasted text up to here is searched for by its words too."""

_A_WORD = re.compile(r"[^\W\d_]{3,}")


def words_to_search(text: str) -> str:
    """What a search is asked for a pasted text: the base codes of a scanner's report and its words.

    Its dates, times and suffixes tell nothing, and it is often longer than a search may be: then the codes count alone.
    A text without codes is searched for as it stands.
    """
    codes = tuple(base_codes(text))
    if not codes:
        return text
    words = [*codes, *(word for word in _A_WORD.findall(text) if word.upper() not in codes)]
    return " ".join(words if len(text) <= LONGEST_WORDS else codes)


def _finding(
    problem: Problem, product: Product | None, ours: int | None, user: User | AnonymousUser, now: datetime.datetime
) -> Finding:
    reader = Reader(circumstances=Circumstances(way="workshop"), product=product)
    page = problem_page(problem, reader, user, now=now)
    rows = page.plan.rows[:REMEDIES_SHOWN]
    keys = [row.key for row in rows]
    succeeded, came_back = _comebacks(keys)
    parts = _parts(rows)
    lines = tuple(
        RemedyLine(
            row,
            _only(row, "professional"),
            _only(row, "owner"),
            parts.get(row.key, ()),
            came_back=came_back[row.key],
            succeeded=succeeded[row.key],
        )
        for row in rows
    )
    usages = problem.sightings.order_by().values_list("usage", "usage_unit")
    return Finding(
        page,
        lines,
        _readings(keys, {row.key: row.title for row in rows}),
        mileage_histogram(usages, ours=ours),
    )


def _only(row: PlanRow, who: str) -> PeopleGroup:
    """Everybody of one kind who reported on a remedy."""
    everybody = together(row.reports)
    if who == "professional":
        return replace(everybody, owner_worked=0, owner_partly=0, owner_failed=0)
    return replace(everybody, professional_worked=0, professional_partly=0, professional_failed=0)


def _comebacks(remedies: Iterable[int]) -> tuple[Counter[int], Counter[int]]:
    """By remedy: successes, and those of them that came back within 30 days. One query."""
    within = Q(came_back_on__lte=F("happened_on") + datetime.timedelta(days=COMEBACK_DAYS))
    rows = (
        Outcome.objects.counted()
        .filter(remedy__in=list(remedies), result__in=[Outcome.Result.WORKED, Outcome.Result.PARTLY])
        .order_by()
        .values_list("remedy")
        .annotate(all=Count("pk"), back=Count("pk", filter=within))
    )
    counted = list(rows)
    return Counter({key: every for key, every, _ in counted}), Counter({key: back for key, _, back in counted})


def _parts(rows: Sequence[PlanRow]) -> dict[int, tuple[PartLine, ...]]:
    """The parts of each fix, and how often reports of success name their numbers: two queries."""
    remedy_of = {row.loaded.remedy.fix_id: row.key for row in rows if row.loaded.remedy.fix_id is not None}
    used: Counter[tuple[int, str]] = Counter()
    named = (
        Outcome.objects.counted()
        .filter(remedy__in=remedy_of.values(), result=Outcome.Result.WORKED)
        .exclude(part_number="")
        .order_by()
        .values_list("remedy", Upper("part_number"))
        .annotate(count=Count("pk"))
    )
    for key, number, count in named:
        used[key, number] += count
    lines: dict[int, list[PartLine]] = defaultdict(list)
    posted = set()
    for part in FixPart.objects.filter(fix__in=remedy_of).select_related("fix"):
        key = remedy_of[part.fix_id]
        posted.add((key, part.number.upper()))
        lines[key].append(
            PartLine(
                name=part.name,
                number=part.number,
                replaced_by=part.replaced_by,
                price=None if part.price is None else str(part.price),
                currency=part.fix.currency,
                quantity=part.quantity,
                used=used[key, part.number.upper()] if part.number else 0,
            )
        )
    for (key, number), count in used.most_common():
        if (key, number) not in posted:
            lines[key].append(PartLine("as reported", number, "", None, "", 1, count))
    return {key: tuple(found) for key, found in lines.items()}


def _readings(remedies: Sequence[int], titles: Mapping[int, str]) -> tuple[ReadingTold, ...]:
    """Readings that were reported with outcomes of these remedies: how often the remedy was right. One query."""
    rows = (
        ReportedReading.objects.filter(outcome__remedy__in=list(remedies), outcome__state=Outcome.State.PUBLISHED)
        .exclude(outcome__result=Outcome.Result.NOT_TRIED)
        .order_by()
        .values_list("reading__test__title", "reading__label", "outcome__remedy")
        .annotate(total=Count("pk"), right=Count("pk", filter=Q(outcome__result=Outcome.Result.WORKED)))
        .order_by("-total", "reading__test__title", "reading__label")
    )
    return tuple(
        ReadingTold(test, reading, titles[remedy], right=right, total=total)
        for test, reading, remedy, total, right in rows
    )
