"""The lists that programs read: which rows, with all that a row shows, in a number of queries that never grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from products.models import Component, DiagnosticComponent, FaultCode, OfficialDiagnostic, Product
from wiki.models import DiagnosticLink, Fix, Outcome, Problem, Remedy

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def products(*, parent: int | None = None, kind: str | None = None, name: str | None = None) -> QuerySet[Product]:
    """Products, of one parent, level or beginning of a name."""
    rows = Product.objects.all()
    if parent is not None:
        rows = rows.filter(parent=parent)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if name:
        rows = rows.filter(Q(full_name__istartswith=name) | Q(name__istartswith=name))
    return rows


def components(*, parent: int | None = None, name: str | None = None) -> QuerySet[Component]:
    """Components, of one parent or beginning of a name."""
    rows = Component.objects.all()
    if parent is not None:
        rows = rows.filter(parent=parent)
    if name:
        rows = rows.filter(name__istartswith=name)
    return rows


def fault_codes(*, base: str | None = None, make: int | None = None) -> QuerySet[FaultCode]:
    """Fault codes with their make; a make's own and the general ones."""
    rows = FaultCode.objects.select_related("make")
    if base is not None:
        rows = rows.filter(base=base)
    if make is not None:
        rows = rows.filter(Q(make=make) | Q(make__isnull=True))
    return rows


def official_diagnostics(
    *, product: Product | None = None, component: int | None = None, code: str | None = None, kind: str | None = None
) -> QuerySet[OfficialDiagnostic]:
    """Official diagnostics that apply to a product, speak of a component, or name a code."""
    rows = OfficialDiagnostic.objects.select_related("superseded_by").prefetch_related(
        "components", "codes", "coverage__product", "remedy"
    )
    if product is not None:
        rows = rows.filter(pk__in=OfficialDiagnostic.objects.applying_to(product))
    if component is not None:
        rows = rows.filter(Exists(DiagnosticComponent.objects.filter(diagnostic=OuterRef("pk"), component=component)))
    if code is not None:
        rows = rows.filter(Exists(FaultCode.objects.filter(official_diagnostics=OuterRef("pk"), base=code)))
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows


def problems(
    reader: User | AnonymousUser,
    *,
    product: Product | None = None,
    component: int | None = None,
    code: str | None = None,
) -> QuerySet[Problem]:
    """Problems that a reader may see, duplicates among them."""
    rows: QuerySet[Problem] = Problem.objects.visible_to(reader).select_related("product", "component")
    if product is not None:
        rows = rows.filter(pk__in=Problem.objects.about(product).values("pk"))
    if component is not None:
        rows = rows.filter(component=component)
    if code is not None:
        rows = rows.filter(code_bases__contains=f" {code} ")
    linked = Prefetch(
        "diagnostic_links",
        queryset=DiagnosticLink.objects.only("problem_id", "diagnostic_id").order_by("diagnostic_id"),
    )
    return rows.annotate(
        fix_count=Count("fixes", filter=Q(fixes__state=Fix.State.PUBLISHED), distinct=True)
    ).prefetch_related(linked)


def fixes(reader: User | AnonymousUser, *, problem: int | None = None) -> QuerySet[Fix]:
    """Fixes that a reader may see, on problems that the reader may see."""
    rows: QuerySet[Fix] = (
        Fix.objects.visible_to(reader)
        .filter(problem__in=Problem.objects.visible_to(reader).values("pk"))
        .select_related("component", "remedy")
        .prefetch_related("parts")
    )
    return rows.filter(problem=problem) if problem is not None else rows


def outcomes(
    reader: User | AnonymousUser,
    *,
    remedy: int | None = None,
    problem: int | None = None,
    product: Product | None = None,
) -> QuerySet[Outcome]:
    """Published outcomes of what a reader may see: of one remedy, a problem's plan, or a product and all below."""
    seen = Fix.objects.visible_to(reader).filter(problem__in=Problem.objects.visible_to(reader).values("pk"))
    rows: QuerySet[Outcome] = (
        Outcome.objects.counted()
        .filter(Q(remedy__diagnostic__isnull=False) | Q(remedy__fix__in=seen.values("pk")))
        .select_related("product", "organisation", "remedy")
    )
    if remedy is not None:
        rows = rows.filter(remedy=remedy)
    if problem is not None:
        rows = rows.filter(
            Q(remedy__fix__problem=problem)
            | Q(remedy__diagnostic__in=DiagnosticLink.objects.filter(problem=problem).values("diagnostic"))
        )
    if product is not None:
        rows = rows.filter(
            product__tree_id=product.tree_id, product__lft__gte=product.lft, product__rght__lte=product.rght
        )
    return rows


def remedy_that(reader: User | AnonymousUser, pk: int) -> Remedy | None:
    """A remedy that a reader may see, with what stands behind it."""
    remedy = Remedy.objects.select_related("fix__problem__product", "diagnostic").filter(pk=pk).first()
    if remedy is not None and remedy.fix_id is not None and not fixes(reader).filter(pk=remedy.fix_id).exists():
        return None
    return remedy
