"""What exists: products, components, fault codes, official diagnostics; and what a VIN says."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from accounts.errors import Refusal
from accounts.queries.garage import product_at
from products.models import Component, FaultCode, OfficialDiagnostic, Product
from products.queries.vin import Identified, identify
from products.rules.vin import NotAVin
from wiki.api.errors import NoSuchThing
from wiki.api.fields import (
    Body,
    Code,
    DayOut,
    DiagnosticKind,
    Id,
    Level,
    Listing,
    Paged,
    ProductPath,
    SafetyClass,
    Words,
    base_of,
    page_of,
)
from wiki.queries import open_lists

router = Router(tags=["What exists"])


class ProductOut(Schema):
    """A node of the product tree: category > make > model > generation > year > variant; levels may be missing."""

    id: int
    path: str = Field(examples=["cars/land-rover/range-rover/l322/2004"])
    name: str
    full_name: str
    kind: Level
    parent: int | None
    year_from: int | None
    year_to: int | None
    url: str


class ProductPage(Paged):
    """Products."""

    items: list[ProductOut]


class ComponentOut(Schema):
    """A node of the component tree: system > assembly > part."""

    id: int
    slug: str
    name: str
    parent: int | None
    safety_class: SafetyClass
    url: str


class ComponentPage(Paged):
    """Components."""

    items: list[ComponentOut]


class CodeOut(Schema):
    """A fault code with the meaning that one source gives it, for one make or for all."""

    id: int
    code: str = Field(examples=["P0504-64 (2A)"])
    base: str
    module: str
    make: str | None
    description: str
    source: str


class CodePage(Paged):
    """Fault codes."""

    items: list[CodeOut]


class OfficialDiagnosticOut(Schema):
    """What the manufacturer says, with its remedy. `remedy` is the number that outcomes are reported on."""

    id: int
    kind: DiagnosticKind
    publisher: str
    number: str
    title: str
    situation: str
    cause: str
    action: str
    consequence: str
    market: str
    issued_on: DayOut | None
    effective_from: DayOut | None
    effective_until: DayOut | None
    superseded_by: int | None
    park_it: bool
    park_outside: bool
    remedy: int | None
    remedy_title: str
    remedy_cost: str | None
    remedy_currency: str
    remedy_hours: str | None
    products: list[str]
    components: list[str]
    codes: list[str]
    document: str
    url: str


class OfficialDiagnosticPage(Paged):
    """Official diagnostics."""

    items: list[OfficialDiagnosticOut]


class ProductsAsked(Listing):
    """Which products."""

    parent: Id | None = Field(None, description="Those directly below this one.")
    kind: Level | None = None
    name: Words | None = Field(None, description="How the name begins.")


class ComponentsAsked(Listing):
    """Which components."""

    parent: Id | None = None
    name: Words | None = Field(None, description="How the name begins.")


class CodesAsked(Listing):
    """Which fault codes."""

    code: Code | None = None
    make: Id | None = Field(None, description="The number of a make: its own meanings and the general ones.")


class DiagnosticsAsked(Listing):
    """Which official diagnostics."""

    product: ProductPath | None = Field(None, description="Those that apply to the product with this path.")
    component: Id | None = None
    code: Code | None = None
    kind: DiagnosticKind | None = None


Vin = Annotated[str, Field(pattern=r"^[A-Za-z0-9 -]{11,30}$")]


class VinAsked(Body):
    """A VIN, as typed or pasted."""

    vin: Vin = Field(examples=["SALLMAMH44A123456"])


class VinOut(Schema):
    """What a VIN can be. Nothing of it is kept."""

    maker: str | None
    country: str | None
    years: list[int]
    warnings: list[str] = Field(description="Sentences; none of them refuses the number.")
    makes: list[ProductOut]
    candidates: list[ProductOut] = Field(description="Ask “is this it?”: a VIN says maker and year, not the variant.")


class VinRefused(Refusal):
    """What can't be a VIN; the sentence says why."""


@router.get("/products", response=ProductPage, summary="Products", url_name="products")
def list_products(request: HttpRequest, asked: Query[ProductsAsked]) -> dict[str, Any]:
    """The product tree, level by level or by name."""
    rows = open_lists.products(parent=asked.parent, kind=asked.kind, name=asked.name)
    return page_of(request, rows, asked, product_out)


@router.get("/products/{id}", response=ProductOut, summary="One product", url_name="product")
def get_product(request: HttpRequest, id: Path[Id]) -> dict[str, Any]:
    """A product by its number."""
    return product_out(_found(open_lists.products().filter(pk=id).first()))


@router.get("/components", response=ComponentPage, summary="Components", url_name="components")
def list_components(request: HttpRequest, asked: Query[ComponentsAsked]) -> dict[str, Any]:
    """The component tree, level by level or by name."""
    return page_of(request, open_lists.components(parent=asked.parent, name=asked.name), asked, component_out)


@router.get("/components/{id}", response=ComponentOut, summary="One component", url_name="component")
def get_component(request: HttpRequest, id: Path[Id]) -> dict[str, Any]:
    """A component by its number."""
    return component_out(_found(open_lists.components().filter(pk=id).first()))


@router.get("/codes", response=CodePage, summary="Fault codes", url_name="codes")
def list_codes(request: HttpRequest, asked: Query[CodesAsked]) -> dict[str, Any]:
    """What fault codes mean. Meanings of different makes are never mixed, and sources stand side by side."""
    base = base_of(asked.code)
    return page_of(request, open_lists.fault_codes(base=base, make=asked.make), asked, code_out)


@router.get(
    "/official-diagnostics", response=OfficialDiagnosticPage, summary="Official diagnostics", url_name="diagnostics"
)
def list_official_diagnostics(request: HttpRequest, asked: Query[DiagnosticsAsked]) -> dict[str, Any]:
    """Recalls, bulletins, procedures and manual sections."""
    product = named_product(asked.product)
    base = base_of(asked.code)
    rows = open_lists.official_diagnostics(product=product, component=asked.component, code=base, kind=asked.kind)
    return page_of(request, rows, asked, diagnostic_out)


@router.get(
    "/official-diagnostics/{id}",
    response=OfficialDiagnosticOut,
    summary="One official diagnostic",
    url_name="diagnostic",
)
def get_official_diagnostic(request: HttpRequest, id: Path[Id]) -> dict[str, Any]:
    """An official diagnostic by its number here."""
    return diagnostic_out(_found(open_lists.official_diagnostics().filter(pk=id).first()))


@router.post("/vin", response=VinOut, summary="What a VIN can be", url_name="vin")
def read_vin(request: HttpRequest, body: VinAsked) -> dict[str, Any]:
    """Read a VIN. It is sent in the body, so that it stands in no address and no log, and it is not kept."""
    found = identified(body.vin)
    vin = found.vin
    return {
        "maker": vin.maker.makes[0] if vin.maker is not None and vin.maker.makes else None,
        "country": vin.maker.country if vin.maker is not None else None,
        "years": list(vin.years),
        "warnings": list(vin.warnings),
        "makes": [product_out(make) for make in found.makes],
        "candidates": [product_out(product) for product in found.candidates],
    }


def identified(text: str) -> Identified:
    """What a VIN says; VinRefused for what can't be one."""
    try:
        return identify(text, this_year=timezone.now().year)
    except NotAVin as refusal:
        raise VinRefused(str(refusal)) from refusal


def named_product(path: str | None) -> Product | None:
    """The product that a filter names; NoSuchThing where there is none, for a filter that is ignored misleads."""
    if path is None:
        return None
    product = product_at(path)
    if product is None:
        raise NoSuchThing(f"There is no product at {path}.")
    return product


def named_component(pk: int | None) -> Any:
    """The component that a body names; NoSuchThing where there is none."""
    if pk is None:
        return None
    component = open_lists.components().filter(pk=pk).first()
    if component is None:
        raise NoSuchThing(f"There is no component {pk}.")
    return component


def _found(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


def product_out(product: Product) -> dict[str, Any]:
    """A product as it goes out."""
    return {
        "id": product.pk,
        "path": product.path,
        "name": product.name,
        "full_name": product.full_name,
        "kind": product.kind,
        "parent": product.parent_id,
        "year_from": product.year_from,
        "year_to": product.year_to,
        "url": product.get_absolute_url(),
    }


def component_out(component: Component) -> dict[str, Any]:
    """A component as it goes out."""
    return {
        "id": component.pk,
        "slug": component.slug,
        "name": component.name,
        "parent": component.parent_id,
        "safety_class": component.safety_class,
        "url": component.get_absolute_url(),
    }


def code_out(code: FaultCode) -> dict[str, Any]:
    """A fault code as it goes out."""
    return {
        "id": code.pk,
        "code": str(code),
        "base": code.base,
        "module": code.module,
        "make": code.make.name if code.make is not None else None,
        "description": code.description,
        "source": code.source,
    }


def diagnostic_out(diagnostic: OfficialDiagnostic) -> dict[str, Any]:
    """An official diagnostic as it goes out."""
    remedy = getattr(diagnostic, "remedy", None)
    return {
        **{
            name: getattr(diagnostic, name)
            for name in (
                *("kind", "publisher", "number", "title", "situation", "cause", "action", "consequence", "market"),
                *("park_it", "park_outside", "remedy_title", "remedy_currency"),
            )
        },
        "id": diagnostic.pk,
        "issued_on": _text(diagnostic.issued_on),
        "effective_from": _text(diagnostic.effective_from),
        "effective_until": _text(diagnostic.effective_until),
        "superseded_by": diagnostic.superseded_by_id,
        "remedy": remedy.pk if remedy is not None else None,
        "remedy_cost": _text(diagnostic.remedy_cost),
        "remedy_hours": _text(diagnostic.remedy_hours),
        "products": sorted({row.product.path for row in diagnostic.coverage.all()}),
        "components": sorted(component.slug for component in diagnostic.components.all()),
        "codes": sorted({code.base for code in diagnostic.codes.all()}),
        "document": diagnostic.url,
        "url": diagnostic.get_absolute_url(),
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
