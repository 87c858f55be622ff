"""Tables of parts: number, price and what replaced it, on fixes; number and supplier, on official diagnostics."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from accounts.models import User
from products.importers.changes import change_rows
from products.models import Change, DiagnosticPart, OfficialDiagnostic
from products.rules.naming import key_of
from wiki.actions.drafts import fix_content, fix_draft
from wiki.actions.fixes import edit_fix
from wiki.forms.fixes import MOST_PARTS, PartForm
from wiki.importers.tables.fixes import fix_obstacle, give_back
from wiki.importers.tables.kinds import CHANGED, SAME, Bringer, Checked, Ready, TableKind, imported, shown, twice
from wiki.importers.tables.outcomes import remedy_key
from wiki.importers.tables.rows import Row, Wrong, clean
from wiki.models import Fix, ImportedRow
from wiki.permissions import refusal_to_change_official, refusal_to_edit

_FIELDS = {name: PartForm.base_fields[name] for name in ("name", "number", "replaced_by", "price", "quantity")}
_ONLY_OFFICIAL = ("description", "supplier")
_ONLY_FIX = ("replaced_by", "price", "quantity", "currency")
_LONGEST = {"description": 400, "supplier": 160}
_AT_ONCE = 500
Group = list[tuple[Row, dict[str, Any]]]


class PartTable(TableKind):
    """Parts, gathered by the fix or official diagnostic that they belong to: it is edited once."""

    def check(self, rows: Sequence[Row], who: Bringer, now: datetime.datetime) -> Checked:
        """Which rows fit and what they would do."""
        checked = Checked()
        fixes, officials = _fixes(rows), _officials(rows, who)
        of_fixes: dict[int, Group] = defaultdict(list)
        of_officials: dict[int, Group] = defaultdict(list)
        seen: dict[tuple[object, ...], int] = {}
        for row in rows:
            wrong: list[Wrong] = []
            said = clean(row, _FIELDS, wrong)
            target = self._target(row, fixes, officials, who, wrong)
            for name, most in _LONGEST.items():
                if len(row.cells.get(name, "")) > most:
                    wrong.append(row.wrong(name, f"is longer than {most} characters"))
            if wrong or target is None or row.is_broken:
                checked.wrong += wrong
                continue
            key = (type(target), target.pk, _key(said))
            if key in seen:
                checked.wrong.append(twice(row, "number" if said.get("number") else "name", seen[key]))
                continue
            seen[key] = row.line
            (of_fixes if isinstance(target, Fix) else of_officials)[target.pk].append((row, said))
        found = {fix.pk: fix for fix in fixes.values()}
        for pk, group in of_fixes.items():
            self._judge_fix(found[pk], group, who, checked)
        known = {each.pk: each for each in officials.values()}
        for pk, group in of_officials.items():
            self._judge_official(known[pk], group, checked)
        checked.ready.sort(key=lambda each: each.line)
        return checked

    def _target(
        self,
        row: Row,
        fixes: dict[int, Fix],
        officials: dict[str, OfficialDiagnostic],
        who: Bringer,
        wrong: list[Wrong],
    ) -> Fix | OfficialDiagnostic | None:
        fix_said, official_said = row.cells.get("fix", ""), row.cells.get("official", "")
        if bool(fix_said) == bool(official_said):
            wrong.append(row.wrong("fix", "Name a fix or an official diagnostic, one of them"))
            return None
        if official_said:
            diagnostic = officials.get(official_said)
            if diagnostic is None:
                wrong.append(row.wrong("official", "is no official diagnostic that you may speak for"))
                return None
            for name in _ONLY_FIX:
                if row.cells.get(name):
                    wrong.append(row.wrong(name, "belongs to the parts of fixes; leave it empty here"))
            return diagnostic
        number = remedy_key(fix_said)
        fix = fixes.get(number[1]) if number is not None else None
        if fix is None:
            wrong.append(row.wrong("fix", "is no fix here; give its number or its address"))
            return None
        currency = row.cells.get("currency", "").upper()
        if currency and currency != fix.currency:
            wrong.append(row.wrong("price", f"is in {currency}, and the fix counts in {fix.currency}"))
        for name in _ONLY_OFFICIAL:
            if row.cells.get(name):
                wrong.append(row.wrong(name, "belongs to the parts of official diagnostics; leave it empty here"))
        return fix

    def _judge_fix(self, fix: Fix, group: Group, who: Bringer, checked: Checked) -> None:
        before = fix_content(fix)
        parts = [dict(part) for part in before["parts"]]
        by_key = {_key(part): part for part in parts}
        for _, said in group:
            there = by_key.get(_key(said))
            if there is None:
                there = {"name": "", "number": "", "replaced_by": "", "price": None, "quantity": 1}
                parts.append(there)
            there |= {name: f"{value:.2f}" if name == "price" else value for name, value in said.items()}
        first = group[0][0]
        draft = fix_draft({**before, "parts": parts})
        status = SAME if draft.content() == before else CHANGED
        refusal = refusal_to_edit(who.member, fix) if status == CHANGED else None
        if refusal is not None:
            checked.wrong.append(first.wrong("fix", f"can’t be changed: {refusal}"))
        elif len(parts) > MOST_PARTS:
            checked.wrong.append(first.wrong("fix", f"would have {len(parts)} parts: {MOST_PARTS} are the most"))
        else:
            shows = shown(first.cells, fix=fix.title, name=", ".join(str(said["name"]) for _, said in group))
            checked.ready.append(Ready(first.line, status, shows, (fix, draft)))

    def _judge_official(self, diagnostic: OfficialDiagnostic, group: Group, checked: Checked) -> None:
        there = {part.key: part for part in diagnostic.parts.all()}
        news, changes = [], []
        for row, said in group:
            key = key_of(said.get("number", "") or said["name"])[:120]
            says = {
                "name": said["name"],
                "number": said.get("number", ""),
                "description": row.cells.get("description", ""),
                "supplier": row.cells.get("supplier", ""),
            }
            part = there.get(key)
            if part is None:
                news.append((key, says))
                continue
            after = {name: value or getattr(part, name) for name, value in says.items()}
            before = {name: getattr(part, name) for name in says}
            if after != before:
                changes.append((part.pk, before, after))
        first = group[0][0]
        shows = shown(first.cells, official=str(diagnostic), name=", ".join(str(said["name"]) for _, said in group))
        status = CHANGED if news or changes else SAME
        checked.ready.append(Ready(first.line, status, shows, (diagnostic, news, changes)))

    def write(self, ready: Ready, who: Bringer, run: Any, now: datetime.datetime) -> ImportedRow:
        """Edit the fix; or add parts to the official diagnostic, which go with their run."""
        if isinstance(ready.work[0], Fix):
            fix, draft = ready.work
            before = fix_content(fix)
            edited = edit_fix(
                fix=fix, draft=draft, base_version=fix.version, actor=who.member, now=now, summary=f"Import {run.pk}"
            )
            return imported(run, ready, edited, version=edited.version, before=before)
        diagnostic, news, changes = ready.work
        DiagnosticPart.objects.bulk_create(
            DiagnosticPart(diagnostic=diagnostic, key=key, created_by_run=run, **says) for key, says in news
        )
        change_rows(run, DiagnosticPart, changes)
        Change.objects.create(kind=Change.Kind.OFFICIAL, object_id=diagnostic.pk)
        return imported(run, ready, diagnostic, version=diagnostic.version)

    def obstacle(self, row: ImportedRow) -> str:
        """A later revision of the fix stands in the way."""
        return fix_obstacle(row) if row.model == "wiki.fix" else ""

    def take_back(self, row: ImportedRow, member: User, now: datetime.datetime) -> None:
        """Give the fix its parts back; the parts of an official diagnostic go with their run."""
        if row.model == "wiki.fix":
            give_back(Fix.objects.select_related("problem__product").get(pk=row.object_id), row, member, now)
        else:
            Change.objects.create(kind=Change.Kind.OFFICIAL, object_id=row.object_id)


def _key(part: dict[str, Any]) -> str:
    return key_of(part.get("number") or "") or "name:" + key_of(part["name"])


def _fixes(rows: Sequence[Row]) -> dict[int, Fix]:
    keys = {remedy_key(row.cells.get("fix", "")) for row in rows}
    numbers = sorted({key[1] for key in keys if key is not None})
    here = Fix.objects.filter(state=Fix.State.PUBLISHED, problem__state="published")
    here = here.select_related("problem__product", "component", "author").prefetch_related("parts")
    found: dict[int, Fix] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        found |= here.in_bulk(numbers[start : start + _AT_ONCE])
    return found


def _officials(rows: Sequence[Row], who: Bringer) -> dict[str, OfficialDiagnostic]:
    """The diagnostics that the person may speak for, by number."""
    numbers = sorted({row.cells["official"] for row in rows if row.cells.get("official")})
    found: dict[str, OfficialDiagnostic] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        here = OfficialDiagnostic.objects.filter(number__in=numbers[start : start + _AT_ONCE])
        if who.organisation is not None:
            here = here.filter(publisher=who.organisation.name[:80])
        for each in here.prefetch_related("parts"):
            if who.organisation is None or refusal_to_change_official(who.organisation, each) is None:
                found[each.number] = each
    return found
