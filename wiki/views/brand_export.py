"""Aggregates of a manufacturer's products to take along, as CSV, JSON and XLSX."""

from __future__ import annotations

import io
import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wiki.feeds import table_of, unformulated
from wiki.queries.brand_export import TABLES, Table, export_table
from wiki.views.brand import console_context, own_brand

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@never_cache
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be taken along."""
    brand = own_brand(request, slug)
    tables = [(name, export_table(brand, name)) for name in TABLES]
    context = console_context(brand) | {"tables": tables, "forms": tuple(TYPES)}
    return render(request, "wiki/brand/export.html", context)


@never_cache
@require_safe
def export_file(request: HttpRequest, slug: str, table: str, form: str) -> HttpResponse:
    """One table as a file."""
    brand = own_brand(request, slug)
    if table not in TABLES or form not in TYPES:
        raise Http404
    made = export_table(brand, table)
    body = {"csv": _csv, "json": _json, "xlsx": _xlsx}[form](made)
    response = HttpResponse(body, content_type=TYPES[form])
    name = f"{brand.slug}-{table}-{timezone.now():%Y-%m-%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(table: Table) -> bytes:
    return table_of(table.columns, table.rows).encode()


def _json(table: Table) -> bytes:
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    told = {"title": table.title, "least_people": table.least_people, "rows": rows}
    return json.dumps(told, indent=1).encode()


def _xlsx(table: Table) -> bytes:
    # Imported here: it costs a fifth of a second that no other page needs.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31])
    sheet.append(table.columns)
    for row in table.rows:
        sheet.append([unformulated(cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
