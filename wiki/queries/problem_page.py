"""What the page of a problem shows, in a constant number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.text import capfirst

from accounts.models import Organisation, User
from products.models import OfficialDiagnostic, Product
from wiki.models import Comment, DiagnosticLink, Photo, Problem
from wiki.queries.plan import PlanRow, ProblemPlan, node_for, plan_for
from wiki.queries.reader import Reader
from wiki.queries.remedies import in_force, path_of
from wiki.rules.words import about
from wiki.rules.words import money as money_words

LANE_LENGTH = 6
BELOW_AT_MOST = 80
YEARS_SHOWN = 7


@dataclass(frozen=True)
class Crumb:
    """A link of the way down the product tree."""

    label: str
    url: str


@dataclass(frozen=True)
class LaneItem:
    """An official diagnostic in the lane; it informs and ranks nothing."""

    kind: str
    number: str
    title: str
    url: str
    sub: str
    open_recall: bool


@dataclass(frozen=True)
class Verdict:
    """The answer of the page: what to try first, in a marked sentence, and one sentence of support."""

    state: str
    sentence: str
    support: str
    warning: str


@dataclass(frozen=True)
class MoneyLines:
    """The three lines of money (`components/money_lines.html`); amounts in the reader's currency."""

    today: float | None
    likely: float | None
    worst: float | None
    official: float | None
    currency: str
    early: bool
    basis: str
    official_label: str


@dataclass(frozen=True)
class RecallNotice:
    """A recall above the plan: it may apply, or it matches the reader's very product."""

    campaign: str
    title: str
    url: str
    matched: bool
    flags: str


@dataclass(frozen=True)
class CommentView:
    """A comment as `components/comment.html` prints it."""

    key: int
    name: str
    url: str
    who: str
    about: str
    date: datetime.datetime
    html: str
    useful: int
    hidden_reason: str
    reply_url: str
    flag_url: str
    edit_url: str
    reply: bool


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
    photos: tuple[Photo, ...]
    sightings: tuple[tuple[str, int], ...]
    demonstration: bool


def problem_page(
    problem: Problem, reader: Reader, user: User | AnonymousUser, *, now: datetime.datetime
) -> ProblemPage:
    """The page of a problem whose product and component are at hand. Eight queries beside those of the plan."""
    products = _products(problem, reader)
    names = _names(products)
    years, harmful = _sightings(problem, now.year)
    plan = plan_for(problem, reader, now=now, product_names=names, harmful_sightings=harmful)
    return ProblemPage(
        problem=problem,
        plan=plan,
        crumbs=_crumbs(problem, products),
        product_name=plan.product.full_name,
        below=tuple(product for path, product in products.items() if path.startswith(problem.product.path + "/")),
        verdict=verdict_of(plan),
        money=_money(plan),
        recalls=_recalls(plan),
        lane=_lane(problem, plan, now.date()),
        comments=comment_views(problem.comments.visible_to(user), user),
        photos=tuple(problem.photos.visible_to(user)),
        sightings=years,
        demonstration=problem.is_demonstration,
    )


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


def _sightings(problem: Problem, this_year: int) -> tuple[tuple[tuple[str, int], ...], int]:
    """Sightings of the last years, oldest first, and how many of all tell of fire or injury."""
    rows = (
        problem.sightings.annotate(year=ExtractYear("seen_on"))
        .values("year")
        .annotate(count=Count("pk"), harmful=Count("pk", filter=Q(harm=True)))
        .order_by("year")
    )
    counts = {row["year"]: row["count"] for row in rows}
    harmful = sum(row["harmful"] for row in rows)
    if not counts:
        return (), 0
    first = max(min(counts), this_year - YEARS_SHOWN + 1)
    return tuple((str(year), counts.get(year, 0)) for year in range(first, this_year + 1)), harmful


def comment_views(comments: QuerySet[Comment], user: User | AnonymousUser) -> tuple[CommentView, ...]:
    """A discussion in order, each reply below what it answers. One query."""
    found = list(comments.select_related("author", "organisation"))
    answers: dict[int | None, list[Comment]] = {}
    known = {comment.pk for comment in found}
    for comment in found:
        parent = comment.parent_id if comment.parent_id in known else None
        answers.setdefault(parent, []).append(comment)
    ordered: list[CommentView] = []
    for comment in answers.get(None, []):
        ordered.append(_comment_view(comment, user, reply=False))
        ordered.extend(_comment_view(answer, user, reply=True) for answer in answers.get(comment.pk, []))
    return tuple(ordered)


def _comment_view(comment: Comment, user: User | AnonymousUser, *, reply: bool) -> CommentView:
    organisation, author = comment.organisation, comment.author
    who = "owner"
    if organisation is not None:
        who = "official" if organisation.kind == Organisation.Kind.MANUFACTURER else "professional"
    elif author is None:
        who = "member"
    name = (
        f"{author}, {organisation}"
        if organisation is not None and author is not None
        else str(author or "a former member")
    )
    hidden = comment.state == Comment.State.HIDDEN
    own = author is not None and author.pk == user.pk
    return CommentView(
        key=comment.pk,
        name=name,
        url=author.get_absolute_url() if author is not None else "",
        who=who,
        about=organisation.place if organisation is not None else "",
        date=comment.created_at,
        html=comment.body_html,
        useful=max(0, comment.score),
        hidden_reason="Hidden until it is reviewed." if hidden else "",
        reply_url="" if reply or user.is_anonymous else f"?reply={comment.pk}#discuss",
        flag_url="" if own else reverse("wiki:flag", args=["comment", comment.pk]),
        edit_url=reverse("wiki:comment-edit", args=[comment.pk]) if own else "",
        reply=reply,
    )


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
    if diagnostic.superseded_by is not None:
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


# ---------------------------------------------------------------- the answer


def verdict_of(plan: ProblemPlan) -> Verdict:
    """The marked sentence of a plan and its support."""
    warnings = [
        item.remedy.diagnostic.warning
        for item in plan.items
        if item.remedy.pk in plan.plan.pinned_warnings and item.remedy.diagnostic is not None
    ]
    warning = " ".join(dict.fromkeys(warnings))
    first = plan.first
    if first is None:
        return Verdict("none", "No remedy is known yet.", "Describe what you found, or propose a fix.", warning)
    if first.step.group == "recall":
        sentence = f"Free: {first.loaded.subject}."
        return Verdict("recall", sentence, "It covers your product and costs you nothing.", warning)
    if plan.plan.nothing_proven:
        if plan.official is first:
            support = "Nobody has proved a cheaper way yet; this is what the manufacturer says."
            return Verdict("none", f"{first.title}, officially.", support, warning)
        return Verdict("untested", "Nobody has proved a fix; cheapest first.", _untested_support(plan), warning)
    return Verdict("red" if warning else "confirmed", f"{first.title} first.", _support(plan, first), warning)


def _untested_support(plan: ProblemPlan) -> str:
    path = plan.plan.path
    said = f"The official remedy costs {money_words(path.cost, plan.reader.currency)}. " if path else ""
    return f"{said}Whatever you try, tell how it went: the next owner will know."


def _support(plan: ProblemPlan, first: PlanRow) -> str:
    currency = plan.reader.currency
    parts = []
    if first.cost is not None:
        parts.append(
            f"About {money_words(about(first.cost), currency)}; "
            f"it worked for {first.worked} of {first.total} who reported."
        )
    official = plan.official
    if official is None or official is first:
        return " ".join(parts)
    between = official.rank - first.rank - 1
    if between:
        steps = "one step remains" if between == 1 else f"{apnumber(between)} steps remain"
        parts.append(
            f"If it does not, {steps} before the {money_words(about(official.cost), currency)} official remedy."
        )
    else:
        parts.append(f"If it does not, the official remedy remains, at {money_words(about(official.cost), currency)}.")
    return " ".join(parts)


def _money(plan: ProblemPlan) -> MoneyLines | None:
    money = plan.plan.money
    if money.today is None and money.official is None:
        return None
    wage = money_words(plan.plan.wage, plan.reader.currency)
    own = plan.reader.circumstances.does_it_themself
    official = plan.official
    return MoneyLines(
        today=money.today,
        likely=money.likely,
        worst=money.worst,
        official=money.official,
        currency=plan.reader.currency,
        early=money.early,
        basis=f"on average, {'your own time' if own else 'labour'} counted at {wage} an hour",
        official_label=f"{official.title} first" if official is not None else "Official remedy first",
    )


def page_context(page: ProblemPage) -> dict[str, Any]:
    """What the template of the page needs beside the page itself."""
    problem, plan = page.problem, page.plan
    asked = plan.reader.query()
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
    }
