"""Bringing a table: which file, what its columns mean, what it would do, what it did, and undoing that."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Refusal
from accounts.limiter import allow
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from products.errors import ProductsRefusal
from products.models import ImportRun
from wiki.actions.table_imports import (
    KEPT,
    choose_columns,
    drop_table,
    keep_table,
    resume_table,
    start_table,
    stop_table,
)
from wiki.errors import NotAllowed, PostGone
from wiki.feeds import table_of as csv_of
from wiki.forms.table_imports import ENCODINGS, ColumnsForm, UploadForm
from wiki.importers.tables.access import doors_of, refusal_to_bring
from wiki.importers.tables.kinds import Checked
from wiki.importers.tables.rows import Reading, lines_of, table_of
from wiki.importers.tables.run import check_table, is_long, run_at_once
from wiki.importers.tables.undo import may_be_undone, undo_table
from wiki.models import TableImport
from wiki.queries.table_imports import latest_tables, own_table, remembered_columns, run_of_table
from wiki.rules.table_columns import TABLES
from wiki.rules.tables import Table
from wiki.views.acting import member_of, refused, say

FIRST_ROWS = 5
MOST_WRONG = 200
MOST_HINTS = 50
BEGUN = "This table was started already, or its file was deleted after a day."
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose what to bring, and the file."""
    member = member_of(request)
    refusal = refusal_to_bring(member)
    if refusal is not None:
        return refused(request, refusal)
    doors = doors_of(member)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, doors=doors, initial=_initial(request, doors))
    if request.method == "POST":
        if not allow(f"import:{member.pk}", load(RequestLimits).heavy_per_minute, 60, writes=True):
            form.add_error(None, "You bring many files just now. Please wait a minute.")
        elif form.is_valid():
            door = form.door()
            try:
                kept = keep_table(
                    kind=door.kind,
                    organisation_id=door.organisation_id,
                    name=form.cleaned_data["file"].name,
                    content=form.content,
                    reading=Reading(encoding=form.encoding).stored(),
                    actor=member,
                    now=timezone.now(),
                )
            except Refusal as late:
                say(form, late)
            else:
                return redirect("wiki:import-columns", kept.pk)
    kinds = [TABLES[kind] for kind in dict.fromkeys(door.kind for door in doors)]
    context = {"form": form, "kinds": kinds, "latest": latest_tables(member)}
    return render(request, "wiki/import/start.html", context, status=422 if form.errors else 200)


@require_safe
def template(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """A file with the heading and an example to begin with."""
    table = TABLES.get(kind)
    if table is None or form not in ("csv", "xlsx"):
        raise Http404
    rows = [[column.name for column in table.columns], [column.example for column in table.columns]]
    body = _xlsx(table, rows) if form == "xlsx" else csv_of(rows[0], rows[1:]).encode()
    response = HttpResponse(body, content_type=XLSX if form == "xlsx" else "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{table.slug}.{form}"'
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what each column means."""
    table_import = _own(request, pk)
    if not _is_open(table_import):
        return refused(request, NotAllowed(BEGUN), back=reverse("wiki:import", args=[pk]))
    table = table_of(table_import)
    reading = Reading.of(table_import)
    encoding = request.POST.get("encoding", "") if reading.encoding else ""
    if encoding in dict(ENCODINGS):
        table_import.reading = {**table_import.reading, "encoding": encoding}
    try:
        lines = lines_of(table_import)
    except forms.ValidationError as error:
        return refused(request, NotAllowed(error.messages[0]), back=reverse("wiki:imports"))
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        table=table,
        lines=lines,
        reading=Reading.of(table_import),
        known=remembered_columns(table_import),
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_columns(
                table_import=table_import,
                reading=form.reading().stored(),
                remembered=form.remembered(),
                actor=member_of(request),
            )
        except Refusal as late:
            say(form, late)
        else:
            return redirect("wiki:import", pk)
    context = {"table_import": table_import, "table": table, "form": form, "rows": len(lines) - 1}
    return render(request, "wiki/import/columns.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """What the table would do, how far its run is, or what it did."""
    table_import = _own(request, pk)
    if not _is_open(table_import):
        return _page_of_run(request, table_import)
    if not table_import.reading.get("columns"):
        return redirect("wiki:import-columns", pk)
    return _preview(request, table_import)


@login_required
@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the table: all of it or nothing."""
    table_import = _own(request, pk)
    if not _is_open(table_import) or not table_import.reading.get("columns"):
        return refused(request, NotAllowed(BEGUN), back=reverse("wiki:import", args=[pk]))
    now = timezone.now()
    try:
        checked = check_table(table_import, now)
        if checked.wrong or not checked.ready:
            return _preview(request, table_import, checked, status=422)
        if is_long(checked):
            start_table(table_import=table_import, rows=len(checked.ready), actor=member_of(request), now=now)
        else:
            run_at_once(table_import=table_import, checked=checked, clock=timezone.now)
    except (Refusal, forms.ValidationError) as late:
        why = late.messages[0] if isinstance(late, forms.ValidationError) else str(late)
        return _preview(request, _own(request, pk), why=f"{why} Nothing was kept.", status=422)
    return redirect("wiki:import", pk)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Stop a run, let it go on, or drop a file."""
    table_import, member = _own(request, pk), member_of(request)
    try:
        match act:
            case "stop":
                stop_table(table_import=table_import, actor=member, now=timezone.now())
            case "resume":
                resume_table(table_import=table_import, actor=member)
            case "drop":
                drop_table(table_import=table_import, actor=member)
                messages.success(request, "The file is deleted. Nothing of it was imported.")
                return redirect("wiki:imports")
            case _:
                raise Http404
    except Refusal as late:
        messages.error(request, str(late))
    return redirect("wiki:import", pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo what the table did, after a question."""
    table_import = _own(request, pk)
    back = reverse("wiki:import", args=[pk])
    if request.method == "POST":
        try:
            undone = undo_table(table_import=table_import, actor=member_of(request), now=timezone.now())
        except (Refusal, ProductsRefusal) as late:
            messages.error(request, str(late))
        else:
            messages.success(request, undone.message)
        return redirect(back)
    context = {
        "title": f"Undo {table_import.source_name}?",
        "text": "What it made goes, and what it changed says again what it said. "
        "It is refused, with a list, where others have built on a row since.",
        "button": "Undo this import",
        "danger": True,
        "back": back,
    }
    return render(request, "wiki/confirm.html", context)


def _own(request: HttpRequest, pk: int) -> TableImport:
    found = own_table(member_of(request), pk)
    if found is None:
        raise Http404
    return found


def _is_open(table_import: TableImport) -> bool:
    """Whether the file waits to be imported."""
    run = table_import.run
    return table_import.content is not None and (run is None or run.state == ImportRun.State.REFUSED)


def _initial(request: HttpRequest, doors: tuple[Any, ...]) -> dict[str, str]:
    asked = request.GET.get("kind", "")
    first = next((door.value for door in doors if door.kind == asked), doors[0].value if len(doors) == 1 else "")
    return {"what": first}


def _preview(
    request: HttpRequest,
    table_import: TableImport,
    checked: Checked | None = None,
    *,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    if checked is None:
        try:
            checked = check_table(table_import, timezone.now())
        except forms.ValidationError as error:
            checked, why = Checked(), why or error.messages[0]
        except PostGone as gone:
            checked, why = Checked(), why or str(gone)
        except Refusal as late:
            return refused(request, late, back=reverse("wiki:imports"))
    if not why and table_import.run is not None:
        why = table_import.run.message
    context = {
        "table_import": table_import,
        "table": table_of(table_import),
        "checked": checked,
        **_first_rows(checked),
        "wrong": checked.wrong[:MOST_WRONG],
        "more_wrong": max(0, len(checked.wrong) - MOST_WRONG),
        "hints": checked.hints[:MOST_HINTS],
        "is_long": is_long(checked),
        "why": why,
    }
    return render(request, "wiki/import/preview.html", context, status=status)


def _first_rows(checked: Checked) -> dict[str, Any]:
    """The first rows as a table: the names of its columns, and each row with its cells in their order."""
    first = [(ready, dict(ready.shows)) for ready in checked.ready[:FIRST_ROWS]]
    names = list(dict.fromkeys(name for _, shows in first for name in shows))
    return {"names": names, "first": [(ready, [shows.get(name, "") for name in names]) for ready, shows in first]}


def _page_of_run(request: HttpRequest, table_import: TableImport) -> HttpResponse:
    run = table_import.run
    if run is None:
        return refused(request, PostGone("The file was deleted after a day."), back=reverse("wiki:imports"))
    page = run_of_table(run, page=request.GET.get("page"), undo_for=KEPT)
    context = {
        "table_import": table_import,
        "table": table_of(table_import),
        "page": page,
        "may_undo": may_be_undone(run, timezone.now()),
    }
    return render(request, "wiki/import/run.html", context)


def _xlsx(table: Table, rows: list[list[str]]) -> bytes:
    # Imported here: it costs a fifth of a second that no other page needs.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
