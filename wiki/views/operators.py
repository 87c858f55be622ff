"""Pages of those who run the site: what was imported, and which names of it no product has."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from products.actions.unmatched_names import decide_alias, decide_create, decide_ignore, undo_decision
from products.errors import ProductsRefusal
from products.models import ImportRun, UnmatchedName
from wiki.forms.names import NamesForm
from wiki.importers.tables.undo import undo_or_ask
from wiki.permissions import refusal_to_operate
from wiki.queries.imports import NAMES_ON_A_PAGE, import_runs, names_page, run_page, waiting_for
from wiki.views.acting import member_of, refused


@login_required
@never_cache
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The import runs, the newest first."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    return render(request, "wiki/imports.html", {"runs": import_runs(request.GET.get("page"))})


@login_required
@never_cache
@require_safe
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: its counts, and the rows that it refused."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    page = run_page(get_object_or_404(ImportRun, pk=pk), request.GET.get("page"))
    return render(request, "wiki/import_run.html", {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a run, after a question."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    run = get_object_or_404(ImportRun, pk=pk)
    back = reverse("wiki:operators-import", args=[run.pk])
    if request.method == "POST":
        try:
            undo_or_ask(run=run, now=timezone.now())
        except ProductsRefusal as late:
            messages.error(request, str(late))
            return redirect(back)
        run.refresh_from_db()
        messages.success(request, run.message)
        return redirect("wiki:operators-imports")
    context = {
        "title": f"Undo run {run.pk}?",
        "text": f"Everything that {run.importer} made from {run.source_name} is deleted, and what it changed is put "
        "back. It is refused where something else uses it by now.",
        "button": "Undo this run",
        "danger": True,
        "back": back,
    }
    return render(request, "wiki/confirm.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest) -> HttpResponse:
    """The names that no product has; the buttons decide about those ticked."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    form = NamesForm()
    chosen: list[int] = []
    if request.method == "POST":
        chosen = [int(each) for each in request.POST.getlist("name") if each.isascii() and each.isdigit()]
        chosen = [each for each in chosen if each < 2**63][:NAMES_ON_A_PAGE]
        if request.POST.get("act") == "alias":
            form = NamesForm(request.POST)
        answer = _decide(request, chosen, form)
        if answer is not None:
            return answer
    asked = request.POST if request.method == "POST" else request.GET
    page = names_page(kind=asked.get("kind", ""), above=asked.get("above", "")[:500], page=asked.get("page"))
    shown = {"page": page, "form": form, "chosen": chosen, "all": "all" in request.GET, "most": NAMES_ON_A_PAGE}
    return render(request, "wiki/names.html", shown)


def _decide(request: HttpRequest, chosen: list[int], form: NamesForm) -> HttpResponse | None:
    """Do what the button says; None shows the list again with what was ticked and typed."""
    by, at = member_of(request).username, timezone.now()
    if not chosen:
        messages.error(request, "Please tick the names that you mean.")
        return None
    try:
        match request.POST.get("act"):
            case "alias":
                if not form.is_valid():
                    return None
                decided = decide_alias(names=chosen, product=form.cleaned_data["product"], by=by, at=at)
                done = f"other names of {form.cleaned_data['product']}"
            case "create":
                decided, done = decide_create(names=chosen, by=by, at=at), "products now"
            case "ignore":
                decided, done = decide_ignore(names=chosen, by=by, at=at), "ignored from now on"
            case _:
                messages.error(request, "Please choose what they are.")
                return None
    except ProductsRefusal as refusal:
        messages.error(request, str(refusal))
        return None
    rows, commands = waiting_for(decided)
    sentence = f"{decided[0]} is decided" if len(decided) == 1 else f"{len(decided):,} names are decided"
    sentence += f": {done}."
    if rows and request.POST["act"] != "ignore":
        again = " and ".join(f"manage.py {command}" for command in commands[:5])
        sentence += f" To bring in the {rows:,} waiting {'row' if rows == 1 else 'rows'}, run again: {again}"
    messages.success(request, sentence)
    scope = {name: request.POST[name] for name in ("kind", "above") if request.POST.get(name)}
    return redirect(f"{reverse('wiki:operators-names')}{'?' if scope else ''}{urlencode(scope)}")


@login_required
@require_POST
def undo_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a decided name wait again."""
    refusal = refusal_to_operate(request.user)
    if refusal is not None:
        return refused(request, refusal)
    try:
        name = undo_decision(name=get_object_or_404(UnmatchedName, pk=pk))
    except ProductsRefusal as late:
        messages.error(request, str(late))
    else:
        messages.success(request, f"Taken back: {name} waits again. What was imported under it stays.")
    return redirect("wiki:operators-names")
