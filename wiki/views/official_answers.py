"""Where a manufacturer's staff answers a problem, or replies to an outcome."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import Refusal
from wiki.actions.official_answers import answer_problem, reply_to_outcome
from wiki.forms.talk import CommentForm
from wiki.models import Outcome, Problem
from wiki.permissions import maker_of, product_of, refusal_to_answer
from wiki.queries.outcomes import said_by
from wiki.views.acting import member_of, refused, say, visible


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a problem for the manufacturer; where it has answered, its staff is led to the revision."""
    return _say(request, visible(request, Problem, pk, "product"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Reply to an outcome for the manufacturer, once."""
    related = ("product", "remedy__fix", "remedy__diagnostic", "member")
    return _say(request, visible(request, Outcome, pk, *related))


def _say(request: HttpRequest, on: Problem | Outcome) -> HttpResponse:
    back = on.get_absolute_url() if isinstance(on, Problem) else on.remedy.get_absolute_url()
    refusal = refusal_to_answer(request.user, on)
    if refusal is not None:
        return refused(request, refusal, back=back)
    maker = maker_of(request.user, product_of(on))
    assert maker is not None  # refusal_to_answer
    before = said_by(maker.organisation_id, on)
    if before is not None:
        return redirect("wiki:comment-edit", before.pk)
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act: dict[str, Any] = {"body": form.cleaned_data["body"], "actor": member_of(request), "now": timezone.now()}
        try:
            said = answer_problem(problem=on, **act) if isinstance(on, Problem) else reply_to_outcome(outcome=on, **act)
        except Refusal as refused_answer:
            say(form, refused_answer)
        else:
            return redirect(said)
    context = {"form": form, "on": on, "maker": maker, "back": back, "is_reply": isinstance(on, Outcome)}
    return render(request, "wiki/official_answer_form.html", context)
