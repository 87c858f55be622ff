"""A manufacturer publishes, revises and supersedes official diagnostics; they move a plan by cost and evidence."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from products.actions.official_diagnostics import (
    CoveredRange,
    publish_diagnostic,
    revise_diagnostic,
    set_coverage,
    supersede_diagnostic,
)
from products.models import Component, FaultCode, OfficialDiagnostic
from wiki.actions.diagnostics import link_diagnostic
from wiki.actions.following import tell_followers
from wiki.actions.limits import check_text
from wiki.actions.remedies import remedy_for
from wiki.errors import EditConflict, NotAllowed, NotApplying, NothingChanged
from wiki.models import OfficialAct
from wiki.permissions import refusal_at_console, refusal_to_change_official, refusal_to_cover, require

Kind = OfficialAct.Kind


@dataclass(frozen=True, kw_only=True)
class OfficialDraft:
    """What a manufacturer says in an official diagnostic; `remedy_cost` in `remedy_currency`, `remedy_hours` hours."""

    kind: str
    title: str
    ranges: tuple[CoveredRange, ...]
    components: tuple[Component, ...] = ()
    codes: tuple[FaultCode, ...] = ()
    situation: str = ""
    cause: str = ""
    action: str = ""
    warning: str = ""
    url: str = ""
    market: str = ""
    issued_on: datetime.date | None = None
    effective_from: datetime.date | None = None
    effective_until: datetime.date | None = None
    remedy_title: str = ""
    remedy_cost: Decimal | None = None
    remedy_currency: str = "USD"
    remedy_hours: Decimal | None = None

    def values(self) -> dict[str, Any]:
        """The diagnostic's own fields but for its kind and title."""
        own = {field.name for field in fields(self)} - {"kind", "title", "ranges", "components", "codes"}
        return {name: getattr(self, name) for name in sorted(own)}

    def content(self) -> dict[str, Any]:
        """All of it in values that JSON knows, as the history keeps it."""
        said = {"kind": self.kind, "title": self.title} | {name: _plain(each) for name, each in self.values().items()}
        return said | {
            "covered": sorted(range_words(each) for each in self.ranges),
            "components": sorted(each.slug for each in self.components),
            "codes": sorted(str(each) for each in self.codes),
        }


def draft_of(diagnostic: OfficialDiagnostic) -> OfficialDraft:
    """What a diagnostic says now: three queries."""
    own = {field.name for field in fields(OfficialDraft)} - {"ranges", "components", "codes"}
    rows = diagnostic.coverage.select_related("product")
    return OfficialDraft(
        ranges=tuple(
            CoveredRange(row.product, row.serial_from, row.serial_to, row.built_from, row.built_to) for row in rows
        ),
        components=tuple(diagnostic.components.all()),
        codes=tuple(diagnostic.codes.all()),
        **{name: getattr(diagnostic, name) for name in own},
    )


@transaction.atomic
def publish_official(
    *, organisation: Organisation, number: str, draft: OfficialDraft, actor: User, now: datetime.datetime
) -> OfficialDiagnostic:
    """Publish an official diagnostic in the organisation's name; it joins a plan once it is linked to a problem.

    Raises `NotAllowed` for others than its staff and products beyond its scope, and the refusals of products.
    """
    _check(organisation, draft, actor)
    diagnostic = publish_diagnostic(
        kind=draft.kind,
        publisher=organisation.name[:80],
        number=number,
        title=draft.title,
        components=draft.components,
        codes=draft.codes,
        is_demonstration=organisation.is_demonstration,
        **draft.values(),
    )
    set_coverage(diagnostic=diagnostic, ranges=draft.ranges)
    remedy_for(diagnostic=diagnostic)
    _record(diagnostic, Kind.PUBLISHED, organisation, actor, now, draft.content())
    tell_followers(about=diagnostic, kind="official", actor=actor, now=now)
    return diagnostic


@transaction.atomic
def revise_official(
    *,
    organisation: Organisation,
    diagnostic: OfficialDiagnostic,
    draft: OfficialDraft,
    base_version: int,
    actor: User,
    now: datetime.datetime,
    summary: str = "",
) -> OfficialDiagnostic:
    """Change what an official diagnostic says, keeping what it said. Raises `EditConflict`, `NothingChanged`."""
    locked = OfficialDiagnostic.objects.select_for_update().get(pk=diagnostic.pk)
    _check(organisation, draft, actor)
    require(refusal_to_change_official(organisation, locked))
    theirs, mine = draft_of(locked).content(), draft.content()
    if mine == theirs:
        raise NothingChanged
    if locked.version != base_version:
        raise EditConflict(theirs=theirs, mine=mine, version=locked.version)
    if not locked.acts.exists():
        _record(locked, Kind.PUBLISHED, organisation, None, now, theirs)
    revised = revise_diagnostic(
        diagnostic=locked, kind=draft.kind, title=draft.title, version=locked.version + 1, **draft.values()
    )
    revised.components.set(draft.components)
    revised.codes.set(draft.codes)
    set_coverage(diagnostic=revised, ranges=draft.ranges)
    _record(revised, Kind.REVISED, organisation, actor, now, mine, summary=summary)
    tell_followers(about=revised, kind="official", state=f"version {revised.version}", actor=actor, now=now)
    return revised


@transaction.atomic
def supersede_official(
    *,
    organisation: Organisation,
    diagnostic: OfficialDiagnostic,
    by: OfficialDiagnostic,
    on: datetime.date,
    actor: User,
    now: datetime.datetime,
) -> OfficialDiagnostic:
    """Put another diagnostic in the place of one from a day on; problems that the old one speaks about get the new.

    Outcomes stay with what they were reported on. Raises `NotAllowed`: others than the staff, diagnostics beyond the
    scope, a recall by anything but a recall; and SupersedeRefused.
    """
    require(refusal_at_console(actor, organisation))
    for each in (diagnostic, by):
        require(refusal_to_cover(organisation, each.coverage.select_related("product")))
    if diagnostic.kind == OfficialDiagnostic.Kind.RECALL and by.kind != OfficialDiagnostic.Kind.RECALL:
        raise NotAllowed("A recall is superseded by a recall only.")
    old = supersede_diagnostic(diagnostic=diagnostic, by=by, on=on)
    for link in old.problem_links.select_related("problem__product"):
        try:
            link_diagnostic(problem=link.problem, diagnostic=by, actor=actor, now=now)
        except NotApplying:
            continue
    _record(old, Kind.SUPERSEDED, organisation, actor, now, draft_of(old).content(), by=by, effective_on=on)
    tell_followers(about=old, kind="superseded", actor=actor, now=now)
    return old


def _check(organisation: Organisation, draft: OfficialDraft, actor: User) -> None:
    require(refusal_at_console(actor, organisation))
    require(refusal_to_cover(organisation, draft.ranges))
    check_text(draft.situation, draft.cause, draft.action, draft.warning)


def _record(
    diagnostic: OfficialDiagnostic,
    kind: OfficialAct.Kind,
    organisation: Organisation,
    member: User | None,
    now: datetime.datetime,
    content: dict[str, Any],
    **more: Any,
) -> None:
    OfficialAct.objects.create(
        organisation=organisation,
        diagnostic=diagnostic,
        kind=kind,
        version=diagnostic.version,
        content=content,
        member=member,
        created_at=now,
        **more,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def range_words(covered: CoveredRange) -> str:
    """A covered range as one line, as it is typed: product | serial from | to | built from | to."""
    rest = (covered.serial_from, covered.serial_to, covered.built_from, covered.built_to)
    return " | ".join([covered.product.path, *(str(_plain(each) or "") for each in rest)]).rstrip(" |")
