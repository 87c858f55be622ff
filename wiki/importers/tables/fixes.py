"""Tables of fixes: through the fields of the fix form and the acts of its page."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.queries.standing import is_staff_of_manufacturer
from products.models import Component, Product
from products.rules.naming import key_of
from wiki.actions.drafts import Content, FixDraft, fix_content, fix_draft
from wiki.actions.fixes import delete_fix, edit_fix, propose_fix
from wiki.forms.fixes import FixForm
from wiki.forms.official import components_called
from wiki.importers.tables.kinds import CHANGED, NEW, SAME, Bringer, Checked, Ready, TableKind, imported, shown, twice
from wiki.importers.tables.rows import Row, Wrong, clean, products_named
from wiki.models import Fix, ImportedRow, Problem
from wiki.permissions import is_present, others_built_on, refusal_to_edit

_NUMBER = re.compile(r"(?:\S*/problem/)?([0-9]{1,15})(?:-\S*)?/?")
_FIELDS = {
    name: FixForm.base_fields[name]
    for name in (
        *("title", "summary", "cause", "first_check", "steps", "tools", "cost", "currency", "hours"),
        *("difficulty", "safety_class"),
    )
}
_LONGEST_NUMBER = 60
_AT_ONCE = 500


class FixTable(TableKind):
    """Fixes by own number, or by their title within a problem."""

    def check(self, rows: Sequence[Row], who: Bringer, now: datetime.datetime) -> Checked:
        """Which rows fit and what they would do: a few queries for some hundred rows."""
        checked = Checked()
        problems = _Problems(rows)
        there = _Fixes(rows, problems, who)
        components: dict[str, Component | ValidationError | None] = {"": None}
        seen: dict[tuple[object, ...], int] = {}
        for row in rows:
            wrong: list[Wrong] = []
            said = clean(row, _FIELDS, wrong)
            problem = problems.of(row, wrong)
            component = _component(row, components, wrong)
            if len(row.cells.get("number", "")) > _LONGEST_NUMBER:
                wrong.append(row.wrong("number", f"is longer than {_LONGEST_NUMBER} characters"))
            if problem is None or wrong or row.is_broken:
                checked.wrong += wrong
                continue
            key = there.key(row, problem)
            if key in seen:
                checked.wrong.append(twice(row, "number" if row.cells.get("number") else "title", seen[key]))
                continue
            seen[key] = row.line
            self._judge(row, said, problem, component, there.found.get(key), who, checked)
        return checked

    def _judge(
        self,
        row: Row,
        said: dict[str, Any],
        problem: Problem,
        component: Component | None,
        fix: Fix | None,
        who: Bringer,
        checked: Checked,
    ) -> None:
        better = {"problem": problem.title, "product": problem.product.full_name}
        if fix is None:
            if is_staff_of_manufacturer(who.member, problem.product):
                checked.wrong.append(row.wrong("problem", "You work for the manufacturer of this product"))
                return
            draft = FixDraft(**{"cost": None, "hours": None, **said}, component=component)
            work = (None, problem.pk, draft, row.cells.get("number", ""))
            checked.ready.append(Ready(row.line, NEW, shown(row.cells, **better), work))
            return
        before = fix_content(fix)
        draft = merged(before, said, component)
        status = SAME if draft.content() == before else CHANGED
        refusal = refusal_to_edit(who.member, fix) if status == CHANGED else None
        if refusal is not None:
            checked.wrong.append(row.wrong("title", f"is here already, and says something else. {refusal}"))
            return
        checked.ready.append(Ready(row.line, status, shown(row.cells, **better), (fix, problem.pk, draft, "")))

    def write(self, ready: Ready, who: Bringer, run: Any, now: datetime.datetime) -> ImportedRow:
        """Propose the fix, or edit it."""
        fix, problem, draft, number = ready.work
        if fix is None:
            made = propose_fix(
                problem=Problem.objects.select_related("product").get(pk=problem),
                draft=draft,
                actor=who.member,
                now=now,
            )
            if number:
                Fix.objects.filter(pk=made.pk).update(external_number=who.prefix + number)
            return imported(run, ready, made, version=made.version)
        before = fix_content(fix)
        edited = edit_fix(
            fix=fix, draft=draft, base_version=fix.version, actor=who.member, now=now, summary=f"Import {run.pk}"
        )
        return imported(run, ready, edited, version=edited.version, before=before)

    def obstacle(self, row: ImportedRow) -> str:
        """Others' outcomes, comments and later revisions stand in the way."""
        return fix_obstacle(row)

    def take_back(self, row: ImportedRow, member: User, now: datetime.datetime) -> None:
        """Delete a fix that was made; give one that was changed its words back."""
        fix = Fix.objects.select_related("problem__product").get(pk=row.object_id)
        if row.before is None:
            delete_fix(fix=fix, actor=member, now=now)
        else:
            give_back(fix, row, member, now)


def fix_obstacle(row: ImportedRow) -> str:
    """Why what a table did to a fix can't be taken back, empty where it can."""
    fix = Fix.objects.select_related("problem__product").filter(pk=row.object_id).first()
    if fix is None or fix.state == Fix.State.DELETED:
        return ""
    if fix.version != row.version:
        return f"“{fix.title[:60]}” was edited since"
    if row.before is None and fix.author is not None and others_built_on(fix, fix.author):
        return f"others have reported or written on “{fix.title[:60]}”"
    return ""


def give_back(fix: Fix, row: ImportedRow, member: User, now: datetime.datetime) -> None:
    """Let a fix say again what it said before the table."""
    edit_fix(
        fix=fix,
        draft=fix_draft(row.before or {}),
        base_version=row.version,
        actor=member,
        now=now,
        summary=f"Import {row.run_id} undone",
    )


def merged(before: Content, said: dict[str, Any], component: Component | None) -> FixDraft:
    """A fix as it stands with what a row says; empty cells leave what is there."""
    plain = {name: value for name, value in said.items() if name not in ("cost", "hours")}
    content = {**before, **plain}
    for name in ("cost", "hours"):
        if said.get(name) is not None:
            content[name] = str(said[name])
    if component is not None:
        content["component"] = component.pk
    return fix_draft(content)


def _component(row: Row, known: dict[str, Component | ValidationError | None], wrong: list[Wrong]) -> Component | None:
    name = row.cells.get("component", "")
    if name not in known:
        try:
            known[name] = next(iter(components_called(name.replace(",", " "))), None)
        except ValidationError as error:
            known[name] = error
    found = known[name]
    if isinstance(found, ValidationError):
        wrong.append(row.wrong("component", "is no component here"))
        return None
    return found


class _Problems:
    """The published problems that rows name, by number or by title on a product."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.numbers = {row.line: int(match[1]) for row in rows if (match := _NUMBER.fullmatch(row.cells["problem"]))}
        self.products: dict[str, Product] = products_named(row.cells.get("product", "") for row in rows)
        here = Problem.objects.filter(state=Problem.State.PUBLISHED).select_related("product")
        self.by_number: dict[int, Problem] = {}
        for some in _batches(sorted(set(self.numbers.values()))):
            self.by_number |= here.in_bulk(some)
        self.by_title: dict[tuple[int, str], list[Problem]] = {}
        for some in _batches(sorted({product.pk for product in self.products.values()})):
            for problem in here.filter(product__in=some):
                self.by_title.setdefault((problem.product_id, key_of(problem.title)), []).append(problem)

    def of(self, row: Row, wrong: list[Wrong]) -> Problem | None:
        """The problem of a row."""
        name = row.cells.get("product", "")
        product = self.products.get(name)
        if name and product is None:
            wrong.append(row.wrong("product", "is no product here; give its path or its whole name"))
            return None
        number = self.numbers.get(row.line)
        if number is not None:
            found = self.by_number.get(number)
            if found is None:
                wrong.append(row.wrong("problem", "is no problem here"))
            return found
        if product is None:
            wrong.append(row.wrong("problem", "is a title: say on which product, or give the problem’s number"))
            return None
        same = self.by_title.get((product.pk, key_of(row.cells["problem"])), [])
        if len(same) != 1:
            what = "is no problem’s title" if not same else "is the title of several problems"
            wrong.append(row.wrong("problem", f"{what} on the {product.full_name}; give the problem’s number"))
            return None
        return same[0]


class _Fixes:
    """The fixes that are there already, by own number or by title within the problem."""

    def __init__(self, rows: Sequence[Row], problems: _Problems, who: Bringer) -> None:
        self.prefix = who.prefix
        here = Fix.objects.exclude(state=Fix.State.DELETED).select_related("problem__product", "component", "author")
        here = here.prefetch_related("parts")
        self.found: dict[tuple[object, ...], Fix] = {}
        numbers = {self.prefix + row.cells["number"] for row in rows if row.cells.get("number")}
        for some in _batches(sorted(numbers)):
            for fix in here.filter(external_number__in=some):
                if is_present(fix):
                    self.found["number", fix.external_number] = fix
        known = {problem.pk for problem in problems.by_number.values()}
        known |= {problem.pk for same in problems.by_title.values() for problem in same}
        for some in _batches(sorted(known)):
            for fix in here.filter(problem__in=some):
                self.found.setdefault(("title", fix.problem_id, key_of(fix.title)), fix)

    def key(self, row: Row, problem: Problem) -> tuple[object, ...]:
        """What tells the fix of a row from others."""
        if row.cells.get("number"):
            return "number", self.prefix + row.cells["number"]
        return "title", problem.pk, key_of(row.cells["title"])


def _batches(values: list[Any]) -> list[list[Any]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
