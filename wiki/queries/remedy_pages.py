"""What the pages of a fix, an official diagnostic and the dealer sheet show."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.text import Truncator

from accounts.models import User
from products.models import (
    Component,
    DiagnosticDocument,
    FaultCode,
    Investigation,
    OfficialDiagnostic,
)
from products.rules.campaigns import campaign_number
from wiki.models import Fix, FixPart, Outcome, Photo, Problem, Remedy
from wiki.queries.coverage import Coverage, PartRow, coverage_of, parts_of
from wiki.queries.diagnosis import rows_of_tests, way_words
from wiki.queries.discussion import CommentView, comment_views
from wiki.queries.investigations import investigations_behind
from wiki.queries.outcomes import answerable_by, outcomes_of
from wiki.queries.plan import ProblemPlan, plan_for, tests_for
from wiki.queries.plan_rows import PlanRow
from wiki.queries.plan_words import WhyReport, report_words
from wiki.queries.problem_page import Crumb, crumbs_of
from wiki.queries.reader import Reader
from wiki.queries.remedies import in_force
from wiki.richtext import words
from wiki.rules.words import about
from wiki.rules.words import money as money_words

OUTCOMES_SHOWN = 20
SERIAL_SHOWN = -5
ROWS_ON_SHEET = 5


@dataclass(frozen=True)
class FixPage:
    """Everything on the page of a fix."""

    fix: Fix
    crumbs: tuple[Crumb, ...]
    plan: ProblemPlan
    row: PlanRow | None
    parts: tuple[FixPart, ...]
    photos: tuple[Photo, ...]
    comments: tuple[CommentView, ...]
    outcomes: tuple[WhyReport, ...]
    outcome_count: int
    asked: str
    answerable: frozenset[int] = frozenset()


def fix_page(fix: Fix, reader: Reader, user: User | AnonymousUser, *, now: datetime.datetime) -> FixPage:
    """The page of a fix with its place in the plan of its problem."""
    crumbs, names = crumbs_of(fix.problem, reader)
    plan = plan_for(fix.problem, reader, now=now, product_names=names)
    row = next((row for row in plan.rows if row.loaded.remedy.fix_id == fix.pk), None)
    remedy = row.loaded.remedy if row is not None else None
    outcomes = tuple(outcomes_of(remedy)[:OUTCOMES_SHOWN]) if remedy is not None else ()
    return FixPage(
        fix=fix,
        crumbs=crumbs,
        plan=plan,
        row=row,
        parts=tuple(fix.parts.all()),
        photos=tuple(fix.photos.visible_to(user)),
        comments=comment_views(fix.comments.visible_to(user), user),
        outcomes=tuple(report_words(outcome) for outcome in outcomes),
        outcome_count=row.loaded.evidence.reports if row is not None else 0,
        asked=reader.query(),
        answerable=answerable_by(user, outcomes),
    )


@dataclass(frozen=True)
class OfficialPage:
    """Everything on the page of an official diagnostic."""

    diagnostic: OfficialDiagnostic
    in_force: bool
    remedy: Remedy | None
    documents: tuple[DiagnosticDocument, ...]
    parts: tuple[PartRow, ...]
    coverage: Coverage
    components: tuple[Component, ...]
    investigations: tuple[Investigation, ...]
    codes: tuple[FaultCode, ...]
    problems: tuple[Problem, ...]
    supersedes: tuple[OfficialDiagnostic, ...]
    outcomes: tuple[WhyReport, ...]
    worked: int
    tried: int
    answerable: frozenset[int] = frozenset()


def official_page(
    diagnostic: OfficialDiagnostic, user: User | AnonymousUser, *, now: datetime.datetime
) -> OfficialPage:
    """The page of an official diagnostic with what people say who followed it."""
    remedy = Remedy.objects.filter(diagnostic=diagnostic).select_related("evidence").first()
    told: list[Outcome] = []
    if remedy is not None:
        told = list(outcomes_of(remedy).exclude(result=Outcome.Result.NOT_TRIED)[:OUTCOMES_SHOWN])
    known = getattr(remedy, "evidence", None)
    return OfficialPage(
        diagnostic=diagnostic,
        in_force=in_force(diagnostic, now.date()),
        remedy=remedy,
        documents=tuple(diagnostic.documents.all()),
        parts=parts_of(diagnostic),
        coverage=coverage_of(diagnostic),
        components=tuple(diagnostic.components.order_by("tree_id", "lft")),
        investigations=investigations_behind(diagnostic),
        codes=tuple(diagnostic.codes.all()),
        problems=tuple(
            Problem.objects.filter(diagnostic_links__diagnostic=diagnostic, state=Problem.State.PUBLISHED)
            .canonical()
            .select_related("product")
        ),
        supersedes=tuple(diagnostic.supersedes.all()),
        outcomes=tuple(report_words(outcome) for outcome in told),
        worked=known.worked if known is not None else 0,
        tried=known.tried if known is not None else 0,
        answerable=answerable_by(user, told),
    )


@dataclass(frozen=True)
class SheetPage:
    """The dealer sheet: one A4 page that an owner takes to the workshop."""

    fix: Fix
    problem: Problem
    plan: ProblemPlan
    row: PlanRow | None
    official: PlanRow | None
    parts: tuple[FixPart, ...]
    product_name: str
    serial: str
    usage: str
    address: str
    limit: str
    today: datetime.date
    way: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[PlanRow, ...]:
        """The first steps of the plan, as many as fit on the sheet, the fix and the official path among them."""
        kept = [row for row in self.plan.rows if row.rank <= ROWS_ON_SHEET or row in (self.row, self.official)]
        return tuple(kept[:ROWS_ON_SHEET])

    @property
    def said(self) -> list[tuple[str, str]]:
        """What the reader said of their case, as names and values of an address."""
        return parse_qsl(self.plan.reader.query())

    @property
    def heading(self) -> str:
        """What is asked of the workshop, in one sentence."""
        if self.official is None or self.official is self.row:
            return self.fix.title
        return f"Before you {_lower_first(self.official.title)}, {_lower_first(self.fix.title)}"

    @property
    def lead(self) -> str:
        """The proof in one line."""
        if self.row is None or not self.row.total:
            return "Nobody has reported an outcome yet."
        reports = f"{self.row.worked} of {self.row.total} who tried it say that it worked"
        return f"{reports}; about {money_words(about(self.row.cost), self.plan.reader.currency)}."

    @property
    def symptom(self) -> str:
        """The symptom in plain words, short enough for the sheet."""
        return Truncator(words(self.problem.symptom_html)).words(24)

    @property
    def official_says(self) -> str:
        """What the official diagnostic tells the workshop to do."""
        diagnostic = self.official.loaded.remedy.diagnostic if self.official is not None else None
        return Truncator(diagnostic.action).words(45) if diagnostic is not None else ""

    @property
    def safety(self) -> str:
        """The safety line of the plan."""
        safety = self.plan.plan.safety
        return f"{safety.words}. {' '.join(safety.reasons)}"

    @property
    def short_address(self) -> str:
        """The address as it is printed under the code."""
        return self.address.partition("://")[2].partition("?")[0]


def _lower_first(title: str) -> str:
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def sheet_page(fix: Fix, reader: Reader, *, limit: str, now: datetime.datetime) -> SheetPage:
    """The sheet of a fix for a reader; `limit` is the amount above which the workshop shall call first.

    Of the reader's own serial number the last five characters stay hidden.
    """
    _, names = crumbs_of(fix.problem, reader)
    tests = tests_for(fix.problem, reader) if reader.readings else ()
    plan = plan_for(fix.problem, reader, now=now, product_names=names, tests=tests)
    row = next((row for row in plan.rows if row.loaded.remedy.fix_id == fix.pk), None)
    owned = reader.owned
    serial = reader.serial
    usage = f"{owned.usage:,} {owned.get_usage_unit_display()}" if owned is not None and owned.usage is not None else ""
    asked = reader.query()
    # The number alone is a permanent address, and the shorter it is the coarser the QR code may be.
    path = f"/problem/{fix.problem_id}/"
    return SheetPage(
        fix=fix,
        problem=fix.problem,
        plan=plan,
        row=row,
        official=plan.official,
        parts=tuple(fix.parts.all()),
        product_name=plan.product.full_name,
        serial=f"{serial[:SERIAL_SHOWN]} •••••" if len(serial) > -SERIAL_SHOWN else "",
        usage=usage,
        address=f"{settings.SITE_URL}{path}{'?' + asked if asked else ''}",
        limit=limit if limit.isascii() and limit.isdigit() and len(limit) <= 7 else "",
        today=now.date(),
        way=way_words(plan, rows_of_tests(plan, tests)),
    )


def recall_numbered(campaign: str) -> OfficialDiagnostic | None:
    """The recall of a campaign number in any spelling; one that was entered by hand stands under what was typed."""
    typed = campaign.upper().replace("-", "")
    recalls = OfficialDiagnostic.objects.filter(kind=OfficialDiagnostic.Kind.RECALL)
    return recalls.filter(number__in={typed, campaign_number(campaign) or typed}).order_by("pk").first()
