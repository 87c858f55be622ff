"""Further lists as programs get them: outcomes, official diagnostics, a plan, revisions, ledgers, brands, gaps."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse

from products.models import Component, OfficialDiagnostic, Product
from wiki.models import Comment, DiagnosticTest, Fix, Outcome, Problem, Remedy, Revision
from wiki.queries.brand import Brand, brands
from wiki.queries.gap import GapPage
from wiki.queries.ledgers import Ledger
from wiki.queries.listings import Cell, Item, Listing, part_of
from wiki.queries.official_acts import official_of
from wiki.queries.open_lists import official_diagnostics, outcomes
from wiki.queries.outcomes import outcomes_of
from wiki.queries.plan import ProblemPlan
from wiki.queries.revisions import history_of

if TYPE_CHECKING:
    from accounts.models import User

_OUTCOME = (
    *("remedy", "product", "result", "came_back_on", "tier", "evidence", "paid", "currency", "hours", "done_by"),
    *("happened_on", "note", "demonstration"),
)
_OFFICIAL = ("kind", "number", "publisher", "issued_on", "market", "remedy", "cost", "currency", "superseded", "source")
_PLAN = ("rank", "by", "state", "worked", "reports", "chance", "low", "high", "cost", "hours", "saving", "currency")
_GAP = ("number", "tried", "failed", "not_fixed_rate", "rate_low", "rate_high", "lost", "rival")


def outcomes_listing(remedy: Remedy, path: str, *, page: int) -> Listing:
    """The outcomes that stand on a remedy, the latest first."""
    return _outcomes(outcomes_of(remedy), f"Outcomes: {remedy.title}", path, page)


def product_outcomes_listing(product: Product, *, page: int) -> Listing:
    """The outcomes on a product and all below it that everybody may see, the latest first."""
    rows = outcomes(AnonymousUser(), product=product).select_related("remedy__fix", "remedy__diagnostic")
    path = f"{product.get_absolute_url()}?list=outcomes"
    return _outcomes(rows.order_by("-happened_on", "-pk"), f"Outcomes: {product.full_name}", path, page)


def _outcomes(rows: QuerySet[Outcome], title: str, path: str, page: int) -> Listing:
    found, after = part_of(rows.select_related("product", "remedy__fix", "remedy__diagnostic"), page)
    return Listing(
        title=title, path=path, items=tuple(_outcome(row) for row in found), columns=_OUTCOME, next_page=after
    )


def _outcome(outcome: Outcome) -> Item:
    """An outcome as its page shows it, but for who reported it."""
    result = "it came back" if outcome.came_back_on else outcome.get_result_display()
    return Item(
        key=f"outcome/{outcome.pk}",
        path=outcome.remedy.get_absolute_url(),
        title=f"{outcome.remedy.title}: {result}",
        summary=f"{result} on {outcome.product}, {outcome.get_tier_display()}",
        published=outcome.created_at,
        updated=outcome.updated_at,
        tags=(outcome.product.full_name,),
        cells={
            "remedy": outcome.remedy.title,
            "product": outcome.product.full_name,
            "result": outcome.result,
            "came_back_on": _day(outcome.came_back_on),
            "tier": outcome.tier,
            "evidence": int(outcome.has_evidence),
            "paid": None if outcome.money is None else float(outcome.money),
            "currency": outcome.currency,
            "hours": None if outcome.hours is None else float(outcome.hours),
            "done_by": outcome.done_by,
            "happened_on": _day(outcome.happened_on),
            "note": outcome.note,
            "demonstration": _demonstration(outcome.is_demonstration),
        },
    )


def official_listing(
    *, product: Product | None = None, component: Component | None = None, code: str | None = None, page: int
) -> Listing:
    """The official diagnostics that apply to a product, speak of a component or name a code, the latest first."""
    rows = official_diagnostics(product=product, component=component.pk if component else None, code=code)
    if product is not None:
        title, path = product.full_name, product.get_absolute_url()
    elif component is not None:
        title, path = component.name, component.get_absolute_url()
    else:
        title, path = str(code), reverse("wiki:fault-code", args=[str(code).lower()])
    return _official(
        rows.order_by("-issued_on", "-pk"), f"Official diagnostics: {title}", f"{path}?list=official", page
    )


def brand_official_listing(brand: Brand, path: str, *, page: int) -> Listing:
    """The official diagnostics of a manufacturer's scope."""
    return _official(official_of(brand), f"Official diagnostics of {brand.name}", path, page)


def _official(rows: QuerySet[OfficialDiagnostic], title: str, path: str, page: int) -> Listing:
    found, after = part_of(rows, page)
    items = tuple(
        Item(
            key=f"official/{row.pk}",
            path=row.get_absolute_url(),
            title=row.title,
            summary=" ".join(filter(None, [row.situation, row.action]))[:600],
            published=_noon(row.issued_on),
            updated=_noon(row.issued_on),
            tags=(row.get_kind_display(),),
            cells={
                "kind": row.kind,
                "number": row.number,
                "publisher": row.publisher,
                "issued_on": _day(row.issued_on),
                "market": row.market,
                "remedy": row.remedy_title,
                "cost": None if row.remedy_cost is None else float(row.remedy_cost),
                "currency": row.remedy_currency,
                "superseded": str(row.superseded_by or ""),
                "source": row.source,
            },
        )
        for row in found
    )
    return Listing(title=title, path=path, items=items, columns=_OFFICIAL, next_page=after)


def plan_listing(plan: ProblemPlan, path: str) -> Listing:
    """The plan of a problem for a reader, in its order; `path` holds their circumstances."""
    problem = plan.problem
    items = tuple(
        Item(
            key=f"remedy/{row.key}",
            path=row.url,
            title=row.title,
            summary=row.summary,
            published=problem.created_at,
            updated=problem.updated_at,
            tags=(row.kind,),
            cells={
                "rank": row.rank,
                "by": "manufacturer" if row.kind == "official" else "community",
                "state": row.state.state,
                "worked": row.worked,
                "reports": row.total,
                # Of an untested or hardly tested remedy no chance is told, here as on its page.
                "chance": None if row.untested or row.few else round(row.q, 3),
                "low": None if row.untested or row.few else round(row.low, 3),
                "high": None if row.untested or row.few else round(row.high, 3),
                "cost": None if row.cost is None else round(row.cost, 2),
                "hours": row.hours,
                "saving": row.saving,
                "currency": plan.reader.currency,
            },
        )
        for row in plan.rows
    )
    return Listing(title=f"The plan: {problem.title}", path=path, items=items, columns=_PLAN)


def revisions_listing(
    post: Problem | Fix | Comment | Outcome | DiagnosticTest, title: str, path: str, *, page: int
) -> Listing:
    """The revisions of a post, the latest first: who changed it, when and why."""
    rows: QuerySet[Revision] = history_of(post)
    found, after = part_of(rows, page)
    items = tuple(
        Item(
            key=f"revision/{row.pk}",
            path=path,
            title=f"Revision {row.number} of {title}",
            summary=row.summary,
            published=row.created_at,
            updated=row.created_at,
            cells={"number": row.number, "by": _named(row.author), "summary": row.summary},
        )
        for row in found
    )
    columns = ("number", "by", "summary")
    return Listing(title=f"History: {title}", path=path, items=items, columns=columns, next_page=after)


def ledger_listing(found: Ledger, path: str) -> Listing:
    """A page of a member's ledger, the latest first."""
    items = tuple(
        Item(
            key=f"ledger/{found.member.pk}/{found.which}/{row.at.timestamp():.6f}/{number}",
            path=row.address or path,
            title=f"{row.points:+d}: {row.words}",
            summary=row.note,
            published=row.at,
            updated=row.at,
            cells={"points": row.points, "words": row.words, "note": row.note, "cause": row.cause},
        )
        for number, row in enumerate(found.page)
    )
    title = f"{'Trust' if found.which == 'trust' else 'Reputation'} of {_named(found.member)}"
    after = found.page.next_page_number() if found.page.has_next() else None
    columns = ("points", "words", "note", "cause")
    return Listing(title=title, path=path, items=items, columns=columns, next_page=after)


def brands_listing(path: str) -> Listing:
    """The verified manufacturers."""
    items = tuple(
        Item(
            key=f"brand/{brand.slug}",
            path=reverse("wiki:brand", args=[brand.slug]),
            title=brand.name,
            summary=", ".join(str(node) for node in brand.scope),
            published=_known(brand.organisation.verified_at),
            updated=_known(brand.organisation.verified_at),
            cells={"scope": "; ".join(node.full_name for node in brand.scope)},
        )
        for brand in brands(AnonymousUser())
    )
    return Listing(title="Manufacturers", path=path, items=items, columns=("scope",))


def gap_listing(brand: Brand, page: GapPage, path: str, *, now: datetime.datetime) -> Listing:
    """Official diagnostics by what following them lost, in US dollars."""
    items = tuple(
        Item(
            key=f"gap/{gap.diagnostic.pk}",
            path=gap.diagnostic.get_absolute_url(),
            title=gap.diagnostic.title,
            summary=f"{gap.followed.failed} of {gap.followed.tried} who followed it were not helped.",
            published=now,
            updated=now,
            cells={
                "number": gap.diagnostic.number,
                "tried": gap.followed.tried,
                "failed": gap.followed.failed,
                "not_fixed_rate": round(gap.rate.q, 3),
                "rate_low": round(gap.rate.low, 3),
                "rate_high": round(gap.rate.high, 3),
                "lost": round(gap.loss, 2),
                "rival": gap.rival.row.title if gap.rival is not None else "",
            },
        )
        for gap in page.gaps
    )
    after = page.page.next_page_number() if page.page.has_next() else None
    return Listing(title=f"Gaps of {brand.name}", path=path, items=items, columns=_GAP, next_page=after)


def _named(member: User | None) -> str:
    return "" if member is None or member.erased_at is not None else member.username


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day is not None else ""


def _noon(day: datetime.date | None) -> datetime.datetime:
    return datetime.datetime.combine(day or datetime.date(1970, 1, 1), datetime.time(12), datetime.UTC)


def _known(at: datetime.datetime | None) -> datetime.datetime:
    return at or datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def _demonstration(is_demonstration: bool) -> Cell:
    return "demonstration" if is_demonstration else ""
