"""Acts on the links between problems and official diagnostics: link, unlink."""

from __future__ import annotations

import datetime

from django.db import transaction

from accounts.models import User
from products.models import Change, OfficialDiagnostic
from wiki.actions.remedies import remedy_for
from wiki.errors import NotApplying
from wiki.models import DiagnosticLink, Problem
from wiki.permissions import refusal_to_link, refusal_to_unlink, require


@transaction.atomic
def link_diagnostic(
    *,
    problem: Problem,
    diagnostic: OfficialDiagnostic,
    actor: User,
    now: datetime.datetime,
    reason: str = DiagnosticLink.Reason.HAND,
) -> DiagnosticLink:
    """Say that an official diagnostic speaks about a problem; it joins the plan. Linking twice changes nothing.

    Raises `NotApplying` where the diagnostic names products and none is on the problem's path or below it.
    """
    locked = Problem.objects.select_for_update(of=("self",)).select_related("product").get(pk=problem.pk)
    require(refusal_to_link(actor, locked))
    covers = OfficialDiagnostic.objects.applying_to(locked.product).filter(pk=diagnostic.pk).exists()
    if not covers and diagnostic.coverage.exists():
        raise NotApplying
    remedy_for(diagnostic=diagnostic)
    link, made = DiagnosticLink.objects.get_or_create(
        problem=locked, diagnostic=diagnostic, defaults={"reason": reason, "linked_by": actor, "linked_at": now}
    )
    if made:
        _announce(locked)
    return link


@transaction.atomic
def unlink_diagnostic(*, link: DiagnosticLink, actor: User, now: datetime.datetime) -> None:
    """Take a link away; outcomes of the official remedy stay with the diagnostic."""
    require(refusal_to_unlink(actor, link.problem))
    problem = link.problem
    link.delete()
    _announce(problem)


def _announce(problem: Problem) -> None:
    Change.objects.create(kind=Change.Kind.PROBLEM, object_id=problem.pk)
