"""What the page of a problem shows, in a constant number of queries."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Exists, OuterRef, Q, When
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.text import capfirst

from accounts.models import User
from products.models import OfficialDiagnostic, Product
from wiki.models import DiagnosticLink, Photo, Problem, Sighting
from wiki.permissions import maker_of, may_check_tests
from wiki.queries.diagnosis import TestRow, rows_of_tests
from wiki.queries.discussion import CommentView, comment_views
from wiki.queries.plan import ProblemPlan, node_for, plan_for, tests_for
from wiki.queries.reader import Reader
from wiki.queries.remedies import in_force, path_of
from wiki.queries.verdict import MoneyLines, Verdict, money_lines, verdict_of
from wiki.rules.severity import CLASSES
from wiki.rules.words import money as money_words

LANE_LENGTH = 6
BELOW_AT_MOST = 80
YEARS_SHOWN = 7

Series = tuple[tuple[str, int], ...]
"""Counts by a word: a year, a severity."""


@dataclass(frozen=True)
class Crumb:
    """A link of the way down the product tree."""

    label: str
    url: str


@dataclass(frozen=True)
class LaneItem:
    """An official diagnostic in the lane; it informs and ranks nothing.

    Where it was searched for, `words` is a snippet and `problems` are the title and address of those that it is linked
    to.
    """

    kind: str
    number: str
    title: str
    url: str
    sub: str
    open_recall: bool
    words: str = ""
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RecallNotice:
    """A recall above the plan: it may apply, or it matches the reader's very product."""

    campaign: str
    title: str
    url: str
    matched: bool
    flags: str


@dataclass(frozen=True)
class ProblemPage:
    """Everything on the page of a problem."""

    problem: Problem
    plan: ProblemPlan
    crumbs: tuple[Crumb, ...]
    product_name: str
    below: tuple[Product, ...]
    verdict: Verdict
    money: MoneyLines | None
    recalls: tuple[RecallNotice, ...]
    lane: tuple[LaneItem, ...]
    comments: tuple[CommentView, ...]
    answers: tuple[CommentView, ...]
    photos: tuple[Photo, ...]
    sightings: Series
    severities: Series
    demonstration: bool
    tests: tuple[TestRow, ...] = ()
    may_check: bool = False
    maker: str = ""

    @property
    def first_test(self) -> TestRow | None:
        """The test that pays before anything is tried."""
        return next((row for row in self.tests if row.is_first), None)


def problem_page(
    problem: Problem, reader: Reader, user: User | AnonymousUser, *, now: datetime.datetime
) -> ProblemPage:
    """The page of a problem whose product and component are at hand. Eight queries beside those of the plan
    and its tests."""
    products = _products(problem, reader)
    names = _names(products)
    years, severities, harmful = _sightings(problem, now.year)
    tests = tests_for(problem, reader)
    discussion = comment_views(problem.comments.visible_to(user), user)
    plan = plan_for(problem, reader, now=now, product_names=names, harmful_sightings=harmful, tests=tests)
    return ProblemPage(
        problem=problem,
        plan=plan,
        crumbs=_crumbs(problem, products),
        product_name=plan.product.full_name,
        below=tuple(product for path, product in products.items() if path.startswith(problem.product.path + "/")),
        verdict=verdict_of(plan),
        money=money_lines(plan),
        recalls=_recalls(plan),
        lane=_lane(problem, plan, now.date()),
        comments=tuple(comment for comment in discussion if not comment.official),
        answers=tuple(comment for comment in discussion if comment.official),
        photos=tuple(problem.photos.visible_to(user)) if getattr(problem, "has_photos", True) else (),
        sightings=years,
        severities=severities,
        demonstration=problem.is_demonstration,
        tests=rows_of_tests(plan, tests),
        maker=_maker(problem, user, discussion),
        may_check=any(not each.test.is_checked for each in tests) and may_check_tests(user, problem.product),
    )


def _maker(problem: Problem, user: User | AnonymousUser, discussion: tuple[CommentView, ...]) -> str:
    """The manufacturer for which the reader may still answer, empty for everybody else."""
    # Known of whoever signed in (`with_what_is_missing`), so that most readers cost no query.
    maker = maker_of(user, problem.product) if getattr(user, "holds_membership", False) else None
    if maker is None or any(each.official and not each.reply and each.name == maker.name for each in discussion):
        return ""
    return maker.name


def crumbs_of(problem: Problem, reader: Reader) -> tuple[tuple[Crumb, ...], dict[str, str]]:
    """The way down the product tree to a problem, and short names of the nodes on the reader's path. One query."""
    products = _products(problem, reader)
    return _crumbs(problem, products), _names(products)


def _crumbs(problem: Problem, products: Mapping[str, Product]) -> tuple[Crumb, ...]:
    nodes = path_of(problem.product.path)
    return tuple(Crumb(products[node].name, products[node].get_absolute_url()) for node in nodes)


def _products(problem: Problem, reader: Reader) -> dict[str, Product]:
    """The nodes on the way to the problem's and the reader's product, and the first ones below the problem's."""
    wanted = set(path_of(problem.product.path)) | set(path_of(node_for(problem, reader).path))
    found = Product.objects.filter(
        Q(path__in=wanted)
        | Q(tree_id=problem.product.tree_id, lft__gt=problem.product.lft, rght__lt=problem.product.rght)
    ).order_by("lft")[: BELOW_AT_MOST + len(wanted)]
    return {product.path: product for product in found}


def _names(products: Mapping[str, Product]) -> dict[str, str]:
    """Short names of the nodes; a variant is named with its year: `2004 4.4 V8`."""
    names = {}
    for path, product in products.items():
        parent = products.get(path.rpartition("/")[0])
        with_year = product.kind == Product.Level.VARIANT and parent is not None and parent.kind == Product.Level.YEAR
        names[path] = f"{parent.name} {product.name}" if with_year and parent is not None else product.name
    return names


def _sightings(problem: Problem, this_year: int) -> tuple[Series, Series, int]:
    """Sightings of the last years, oldest first, without those of no date; of all, by severity, and how many harmful.

    Severities are those that tell of harm, the gravest first; harmful ones tell of fire, smoke or injury.
    """
    rows = (
        problem.sightings.annotate(year=Case(When(~Q(dated=Sighting.Dated.UNKNOWN), then=ExtractYear("seen_on"))))
        .order_by()
        .values_list("year", "severity")
        .annotate(count=Count("pk"), harmful=Count("pk", filter=Q(harm=True)))
    )
    years: Counter[int] = Counter()
    grave: Counter[str] = Counter()
    harmful = 0
    for year, severity, count, harm in rows:
        if year is not None:
            years[year] += count
        grave[severity] += count
        harmful += harm
    severities = tuple((level, grave[level]) for level in reversed(CLASSES[1:]) if grave[level])
    if not years:
        return (), severities, harmful
    first = max(min(years), this_year - YEARS_SHOWN + 1)
    return tuple((str(year), years[year]) for year in range(first, this_year + 1)), severities, harmful


# ---------------------------------------------------------------- the official side


def _lane(problem: Problem, plan: ProblemPlan, today: datetime.date) -> tuple[LaneItem, ...]:
    linked = DiagnosticLink.objects.filter(problem=problem, diagnostic=OuterRef("pk"))
    found = (
        OfficialDiagnostic.objects.filter(
            Q(Exists(linked)) | Q(pk__in=OfficialDiagnostic.objects.applying_to(plan.product))
        )
        .annotate(is_linked=Exists(linked))
        .select_related("superseded_by")
        .order_by("-is_linked", "-issued_on", "-number")[:LANE_LENGTH]
    )
    return tuple(lane_item(diagnostic, today) for diagnostic in found)


def lane_item(diagnostic: OfficialDiagnostic, today: datetime.date) -> LaneItem:
    """One official diagnostic as the lane prints it."""
    parts = [diagnostic.publisher]
    if diagnostic.issued_on:
        parts.append(f"{diagnostic.issued_on:%-d %b %Y}")
    if diagnostic.superseded_by is not None and not in_force(diagnostic, today):
        parts.append(f"replaced by {diagnostic.superseded_by.number}")
    else:
        parts.append("in force" if in_force(diagnostic, today) else "out of force")
    recall = diagnostic.kind == OfficialDiagnostic.Kind.RECALL
    return LaneItem(
        kind=capfirst(diagnostic.get_kind_display()),
        number=diagnostic.number,
        title=diagnostic.title,
        url=diagnostic.get_absolute_url(),
        sub=", ".join(parts) + (", may apply" if recall else ""),
        open_recall=recall and diagnostic.superseded_by_id is None,
    )


def _recalls(plan: ProblemPlan) -> tuple[RecallNotice, ...]:
    notices = []
    leading = [row.key for row in plan.rows if row.step.group == "recall"]
    loaded = {item.remedy.pk: item.remedy.diagnostic for item in plan.items}
    for key in [*leading, *(strip.key for strip in plan.plan.recalls if strip.state == "may_apply")]:
        diagnostic = loaded.get(key)
        if diagnostic is None:
            continue
        flags = []
        if diagnostic.park_it:
            flags.append("Do not use it until it is done.")
        if diagnostic.park_outside:
            flags.append("Park outside until it is done.")
        notices.append(
            RecallNotice(
                diagnostic.number, diagnostic.title, diagnostic.get_absolute_url(), key in leading, " ".join(flags)
            )
        )
    return tuple(notices)


def page_context(page: ProblemPage) -> dict[str, Any]:
    """What the template of the page needs beside the page itself."""
    problem, plan = page.problem, page.plan
    asked = plan.reader.query()
    guide = reverse("wiki:diagnose", args=[problem.pk, problem.slug])
    fix = plan.first.loaded.remedy.fix if plan.first is not None else None
    actions = []
    if fix is not None:
        sheet = reverse("wiki:fix-sheet", args=[fix.pk, fix.slug])
        actions.append(
            {"label": "Show this to my dealer", "url": f"{sheet}?{asked}" if asked else sheet, "icon": "print"}
        )
    actions.append({"label": "I have this too", "url": reverse("wiki:sighting-new", args=[problem.pk])})
    path = plan.plan.path
    note = ""
    if path is not None and plan.official is not None:
        note = (
            f"{plan.official.title} first counts as {money_words(path.expected, plan.reader.currency)}: "
            f"when the {money_words(path.cost, plan.reader.currency)} step misses, a part of it is paid again."
        )
    return {
        "page": page,
        "problem": problem,
        "plan": plan,
        "actions": actions,
        "empty_actions": [
            {"label": "Propose a fix", "url": reverse("wiki:fix-new", args=[problem.pk])},
            {"label": "I have this too", "url": reverse("wiki:sighting-new", args=[problem.pk])},
        ],
        "asked": asked,
        "total_note": note,
        "guide_url": f"{guide}?{asked}" if asked else guide,
        "may_check": page.may_check,
    }
