"""Tables of official diagnostics: a manufacturer's through the acts of its console, public ones by moderators."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import User
from products.actions.official_diagnostics import cover_product, publish_diagnostic, remove_diagnostic
from products.models import Component, FaultCode, OfficialDiagnostic
from products.rules.naming import tidy
from wiki.actions.official_publishing import OfficialDraft, draft_of, publish_official, revise_official
from wiki.forms.official import OfficialForm, codes_known, components_called, covered_by
from wiki.importers.tables.kinds import CHANGED, NEW, SAME, Bringer, Checked, Ready, TableKind, imported, shown, twice
from wiki.importers.tables.rows import Row, Wrong, clean
from wiki.models import ImportedRow, Outcome, Remedy
from wiki.permissions import refusal_to_change_official, refusal_to_cover

_FIELDS = {
    name: OfficialForm.base_fields[name]
    for name in (
        *("number", "kind", "title", "situation", "cause", "action", "warning", "market", "issued_on"),
        *("effective_from", "effective_until", "remedy_title", "remedy_cost", "remedy_currency", "remedy_hours", "url"),
    )
}
_READERS: dict[str, Callable[[str], Any]] = {
    "covered": lambda text: covered_by(text.replace(";", "\n")),
    "components": components_called,
    "codes": codes_known,
}
_AT_ONCE = 500
_LONGEST_PUBLISHER = 80
Known = TypeVar("Known")


class OfficialTable(TableKind):
    """Official diagnostics by their number within a publisher."""

    def check(self, rows: Sequence[Row], who: Bringer, now: datetime.datetime) -> Checked:
        """Which rows fit and what they would do; a name that comes again is looked up once."""
        checked = Checked()
        there = _diagnostics(rows, who)
        kept: dict[tuple[str, str], Any] = {}
        seen: dict[tuple[str, str], int] = {}
        for row in rows:
            wrong: list[Wrong] = []
            said = clean(row, _FIELDS, wrong)
            for name, reader in _READERS.items():
                _read(row, name, reader, kept, said, wrong)
            publisher = _publisher(row, who, wrong)
            if wrong or row.is_broken:
                checked.wrong += wrong
                continue
            key = (publisher, tidy(said.pop("number")))
            if key in seen:
                checked.wrong.append(twice(row, "number", seen[key]))
                continue
            seen[key] = row.line
            self._judge(row, said, key, there.get(key), who, checked)
        return checked

    def _judge(
        self,
        row: Row,
        said: dict[str, Any],
        key: tuple[str, str],
        diagnostic: OfficialDiagnostic | None,
        who: Bringer,
        checked: Checked,
    ) -> None:
        ranges = said.pop("covered", None)
        if ranges is not None:
            said["ranges"] = ranges
            if who.organisation is not None and (refusal := refusal_to_cover(who.organisation, ranges)) is not None:
                checked.wrong.append(row.wrong("covered", f"can’t be covered: {refusal}"))
                return
        shows = shown(row.cells, publisher=key[0])
        if diagnostic is None:
            checked.ready.append(Ready(row.line, NEW, shows, (None, key, OfficialDraft(**said))))
            return
        theirs = draft_of(diagnostic)
        own = {name: getattr(theirs, name) for name in OfficialDraft.__dataclass_fields__}
        draft = OfficialDraft(**{**own, **said})
        if draft.content() == theirs.content():
            checked.ready.append(Ready(row.line, SAME, shows))
            return
        if who.organisation is None:
            refusal_text = "is here already and says something else; its publisher, or the record’s import, revises it"
            checked.wrong.append(row.wrong("number", refusal_text))
        elif (refusal := refusal_to_change_official(who.organisation, diagnostic)) is not None:
            checked.wrong.append(row.wrong("number", f"can’t be changed: {refusal}"))
        else:
            checked.ready.append(Ready(row.line, CHANGED, shows, (diagnostic, key, draft)))

    def write(self, ready: Ready, who: Bringer, run: Any, now: datetime.datetime) -> ImportedRow | None:
        """Publish the diagnostic, or revise it."""
        diagnostic, (publisher, number), draft = ready.work
        if who.organisation is None:
            return self._record(ready, publisher, number, draft, run)
        if diagnostic is None:
            made = publish_official(
                organisation=who.organisation, number=number, draft=draft, actor=who.member, now=now
            )
            return imported(run, ready, made, version=made.version)
        before = draft_of(diagnostic)
        revised = revise_official(
            organisation=who.organisation,
            diagnostic=diagnostic,
            draft=draft,
            base_version=diagnostic.version,
            actor=who.member,
            now=now,
            summary=f"Import {run.pk}",
        )
        kept = before.content() | {
            "components": [each.pk for each in before.components],
            "codes": [each.pk for each in before.codes],
        }
        return imported(run, ready, revised, version=revised.version, before=kept)

    def _record(self, ready: Ready, publisher: str, number: str, draft: OfficialDraft, run: Any) -> ImportedRow:
        """A diagnostic of a public record: it stays as it stands there, and goes with its run."""
        made = publish_diagnostic(
            kind=draft.kind,
            publisher=publisher,
            number=number,
            title=draft.title,
            components=draft.components,
            codes=draft.codes,
            run=run,
            **draft.values(),
        )
        for each in draft.ranges:
            cover_product(
                diagnostic=made,
                product=each.product,
                serial_from=each.serial_from,
                serial_to=each.serial_to,
                built_from=each.built_from,
                built_to=each.built_to,
                run=run,
            )
        return imported(run, ready, made, version=made.version)

    def obstacle(self, row: ImportedRow) -> str:
        """A later version, a problem that it was linked to, and reports on its remedy stand in the way."""
        diagnostic = OfficialDiagnostic.objects.filter(pk=row.object_id).first()
        if diagnostic is None:
            return ""
        name = f"“{diagnostic.number}”"
        if diagnostic.version != row.version:
            return f"{name} was revised since"
        if row.before is not None:
            return ""
        if diagnostic.superseded_by_id is not None or diagnostic.supersedes.exists():
            return f"{name} took part in a superseding since"
        if diagnostic.problem_links.exists():
            return f"{name} was linked to a problem since"
        if Outcome.objects.filter(Q(remedy__diagnostic=diagnostic) | Q(also_remedies__diagnostic=diagnostic)).exists():
            return f"somebody has reported on {name}"
        return ""

    def take_back(self, row: ImportedRow, member: User, now: datetime.datetime) -> None:
        """Remove a diagnostic that was published; give one that was revised its words back."""
        diagnostic = OfficialDiagnostic.objects.filter(pk=row.object_id).first()
        if diagnostic is None:
            return
        if diagnostic.created_by_run_id is not None:  # it goes with its run; what hangs on it without one goes first
            diagnostic.codes.clear()
            diagnostic.components.clear()
            return
        act = diagnostic.acts.order_by("pk").select_related("organisation").first()
        if row.before is None:
            Remedy.objects.filter(diagnostic=diagnostic).delete()
            remove_diagnostic(diagnostic=diagnostic)
        elif act is not None:
            revise_official(
                organisation=act.organisation,
                diagnostic=diagnostic,
                draft=_draft_again(row.before),
                base_version=row.version,
                actor=member,
                now=now,
                summary=f"Import {row.run_id} undone",
            )


def _draft_again(before: dict[str, Any]) -> OfficialDraft:
    fields = OfficialForm.base_fields
    dates = ("issued_on", "effective_from", "effective_until")
    amounts = ("remedy_cost", "remedy_hours")
    said = {name: value for name, value in before.items() if name not in ("covered", "components", "codes")}
    said |= {name: fields[name].clean(before[name]) for name in (*dates, *amounts)}
    return OfficialDraft(
        ranges=covered_by("\n".join(before["covered"])),
        components=tuple(Component.objects.filter(pk__in=before["components"])),
        codes=tuple(FaultCode.objects.filter(pk__in=before["codes"])),
        **said,
    )


def _read(
    row: Row,
    name: str,
    reader: Callable[[str], Known],
    kept: dict[tuple[str, str], Any],
    said: dict[str, Any],
    wrong: list[Wrong],
) -> None:
    text = row.cells.get(name, "")
    if not text:
        return
    if (name, text) not in kept:
        try:
            kept[name, text] = reader(text)
        except ValidationError as error:
            kept[name, text] = error
    found = kept[name, text]
    if isinstance(found, ValidationError):
        wrong.append(row.wrong(name, found.messages[0]))
    else:
        said[name] = found


def _publisher(row: Row, who: Bringer, wrong: list[Wrong]) -> str:
    said = tidy(row.cells.get("publisher", ""))
    if who.organisation is not None:
        own = who.organisation.name[:_LONGEST_PUBLISHER]
        if said and said.casefold() != own.casefold():
            wrong.append(row.wrong("publisher", f"is not {own}: you publish in its name alone"))
        return own
    if not said:
        wrong.append(row.wrong("publisher", "This is needed"))
    elif len(said) > _LONGEST_PUBLISHER:
        wrong.append(row.wrong("publisher", f"is longer than {_LONGEST_PUBLISHER} characters"))
    return said


def _diagnostics(rows: Sequence[Row], who: Bringer) -> dict[tuple[str, str], OfficialDiagnostic]:
    """The diagnostics of these numbers, by publisher and number."""
    numbers = sorted({tidy(row.cells["number"]) for row in rows})
    found: dict[tuple[str, str], OfficialDiagnostic] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        here = OfficialDiagnostic.objects.filter(number__in=numbers[start : start + _AT_ONCE])
        if who.organisation is not None:
            here = here.filter(publisher=who.organisation.name[:_LONGEST_PUBLISHER])
        found |= {(each.publisher, each.number): each for each in here}
    return found
