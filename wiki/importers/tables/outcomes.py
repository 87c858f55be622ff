"""Tables of outcomes, a workshop's jobs: through the fields of the job form and the acts of the desk."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from accounts.models import OwnedProduct, User
from accounts.queries.standing import is_staff_of_manufacturer
from products.models import Product
from wiki.actions.desk import record_job
from wiki.actions.drafts import Content, OutcomeDraft, outcome_content
from wiki.actions.outcomes import content_of_draft, count_again, edit_outcome, withdraw_outcome
from wiki.forms.desk import JobForm
from wiki.forms.outcomes import OutcomeForm
from wiki.importers.tables.kinds import CHANGED, NEW, SAME, Bringer, Checked, Ready, TableKind, imported, shown, twice
from wiki.importers.tables.rows import Row, Wrong, clean, products_named
from wiki.models import ImportedRow, Outcome, Reading, Remedy
from wiki.permissions import workshop_of
from wiki.queries.desk import remedies_named

_REMEDY = re.compile(r"(?:\S*/(?P<kind>fix)/)?(?P<number>[0-9]{1,15})(?:-\S*)?/?")
_FIELDS = {
    **{
        name: OutcomeForm.base_fields[name]
        for name in (
            *("result", "happened_on", "money", "currency", "hours", "usage", "usage_unit", "part_number"),
            *("cause_found", "proof", "also_changed", "procedure_followed", "note"),
        )
    },
    "job_number": JobForm.base_fields["job_number"],
}
_FIRST_DAY = datetime.date(1950, 1, 1)
_AT_ONCE = 500
_WORDS = ("cause_found", "proof", "part_number", "also_changed", "note")


class OutcomeTable(TableKind):
    """Jobs of a workshop: one outcome for each job number and remedy."""

    def check(self, rows: Sequence[Row], who: Bringer, now: datetime.datetime) -> Checked:
        """Which rows fit and what they would do: a few queries for some hundred rows."""
        checked = Checked()
        keys = {row.line: remedy_key(row.cells["remedy"]) for row in rows}
        named = [key for key in keys.values() if key is not None]
        remedies: dict[tuple[str, int], Remedy] = {}
        for start in range(0, len(named), _AT_ONCE):
            some = named[start : start + _AT_ONCE]
            remedies |= remedies_named(
                remedies=[number for kind, number in some if kind == "remedy"],
                fixes=[number for kind, number in some if kind == "fix"],
            )
        products = products_named(row.cells["product"] for row in rows)
        there = _outcomes(rows, who)
        seen: dict[tuple[str, int], int] = {}
        for row in rows:
            wrong: list[Wrong] = []
            said = clean(row, _FIELDS, wrong)
            key = keys[row.line]
            remedy = remedies.get(key) if key is not None else None
            if remedy is None:
                wrong.append(row.wrong("remedy", "is none; give its number or the address of its fix"))
            product = _product(row, products, who, wrong)
            if said.get("happened_on") and not _FIRST_DAY <= said["happened_on"] <= now.date():
                wrong.append(row.wrong("happened_on", "is not a day that was"))
            if wrong or remedy is None or product is None or row.is_broken:
                checked.wrong += wrong
                continue
            job = (row.cells["job_number"], remedy.pk)
            if job in seen:
                checked.wrong.append(twice(row, "job_number", seen[job]))
                continue
            seen[job] = row.line
            self._judge(row, said, remedy, product, there.get(job), who, now, checked)
        return checked

    def _judge(
        self,
        row: Row,
        said: dict[str, Any],
        remedy: Remedy,
        product: Product,
        outcome: Outcome | None,
        who: Bringer,
        now: datetime.datetime,
        checked: Checked,
    ) -> None:
        shows = shown(row.cells, remedy=remedy.title, product=product.full_name)
        if outcome is None:
            draft = OutcomeDraft(**said, product=product, done_by=Outcome.Way.WORKSHOP)
            checked.ready.append(Ready(row.line, NEW, shows, (None, remedy, draft)))
            return
        before = _said_by(outcome)
        draft = draft_of(before, said, product)
        if content_of_draft(outcome, draft, product, now) == before:
            checked.ready.append(Ready(row.line, SAME, shows))
        elif outcome.member_id != who.member.pk:
            author = outcome.member or "a former member"
            checked.wrong.append(row.wrong("job_number", f"was reported by {author}, who alone can change it"))
        else:
            checked.ready.append(Ready(row.line, CHANGED, shows, (outcome, remedy, draft)))

    def write(self, ready: Ready, who: Bringer, run: Any, now: datetime.datetime) -> ImportedRow:
        """Record the job, or edit its report."""
        outcome, remedy, draft = ready.work
        if outcome is None:
            made = record_job(remedy=remedy, draft=draft, actor=who.member, now=now)
            return imported(run, ready, made, version=made.version, address=remedy.get_absolute_url())
        before = _said_by(outcome) | {
            "has_evidence": outcome.has_evidence,
            "came_back_on": outcome.came_back_on and outcome.came_back_on.isoformat(),
        }
        edited = edit_outcome(
            outcome=outcome,
            draft=draft,
            base_version=outcome.version,
            actor=who.member,
            now=now,
            summary=f"Import {run.pk}",
        )
        address = remedy.get_absolute_url()
        return imported(run, ready, edited, version=edited.version, before=before, address=address)

    def obstacle(self, row: ImportedRow) -> str:
        """A later revision, proof that was seen, photos and answers stand in the way."""
        outcome = Outcome.objects.filter(pk=row.object_id).select_related("product").first()
        if outcome is None or outcome.state == Outcome.State.DELETED:
            return ""
        name = f"the report of row {row.line}"
        if outcome.member is None:
            return f"{name} belongs to nobody any more"
        if outcome.version != row.version:
            return f"{name} was edited since, or it came back"
        if row.before is None and outcome.has_evidence:
            return f"a moderator has seen proof of {name}"
        if outcome.replies.exclude(state="deleted").exists() or outcome.photos.exclude(state="deleted").exists():
            return f"somebody has answered {name}, or added a photo"
        return ""

    def take_back(self, row: ImportedRow, member: User, now: datetime.datetime) -> None:
        """Withdraw a report that was made, in its author's name; give one that was changed its words back."""
        outcome = Outcome.objects.select_related("product", "member").get(pk=row.object_id)
        author = outcome.member
        if author is None or outcome.state == Outcome.State.DELETED:
            return
        if row.before is None:
            withdraw_outcome(outcome=outcome, actor=author, now=now)
            return
        before = dict(row.before)
        product = Product.objects.get(pk=before["product"])
        edited = edit_outcome(
            outcome=outcome,
            draft=draft_of(before, {}, product),
            base_version=row.version,
            actor=author,
            now=now,
            summary=f"Import {row.run_id} undone",
        )
        edited.has_evidence = before["has_evidence"]
        edited.came_back_on = before["came_back_on"] and datetime.date.fromisoformat(before["came_back_on"])
        edited.save(update_fields=["has_evidence", "came_back_on"])
        count_again(edited, now)


def remedy_key(text: str) -> tuple[str, int] | None:
    """A remedy as it is named: by its own number, or by the number or address of its fix."""
    match = _REMEDY.fullmatch(text.strip())
    return (match["kind"] or "remedy", int(match["number"])) if match else None


def draft_of(before: Content, said: dict[str, Any], product: Product) -> OutcomeDraft:
    """A report as it stands with what a row says; empty cells leave what is there."""
    content = {**before, **said}
    happened_on = content["happened_on"]
    return OutcomeDraft(
        result=content["result"],
        product=product,
        owned_product=(OwnedProduct.objects.get(pk=content["owned_product"]) if content.get("owned_product") else None),
        happened_on=happened_on if isinstance(happened_on, datetime.date) else datetime.date.fromisoformat(happened_on),
        money=_decimal(content["money"]),
        currency=content["currency"],
        hours=_decimal(content["hours"]),
        done_by=content["done_by"],
        job_number=content["job_number"],
        also_remedies=tuple(Remedy.objects.filter(pk__in=content["also_remedies"])) if content["also_remedies"] else (),
        procedure_followed=content["procedure_followed"],
        usage=content["usage"],
        usage_unit=content["usage_unit"],
        harm=content["harm"],
        readings=tuple(Reading.objects.filter(pk__in=content["readings_taken"])) if content["readings_taken"] else (),
        **{name: content[name] for name in _WORDS},
    )


def _decimal(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) else value


def _said_by(outcome: Outcome) -> Content:
    return outcome_content(outcome) | {"owned_product": outcome.owned_product_id, "job_number": outcome.job_number}


def _product(row: Row, products: dict[str, Product], who: Bringer, wrong: list[Wrong]) -> Product | None:
    product = products.get(row.cells["product"])
    if product is None:
        wrong.append(row.wrong("product", "is no product; give its path or its whole name"))
        return None
    if who.organisation is None or workshop_of(who.member, product) != who.organisation.pk:
        wrong.append(row.wrong("product", "is beyond what your workshop works on"))
        return None
    if is_staff_of_manufacturer(who.member, product):
        wrong.append(row.wrong("product", "is your own make: your report would not count"))
        return None
    return product


def _outcomes(rows: Sequence[Row], who: Bringer) -> dict[tuple[str, int], Outcome]:
    """The workshop's reports of these job numbers, and the person's own."""
    numbers = sorted({row.cells["job_number"] for row in rows})
    found: dict[tuple[str, int], Outcome] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        here = Outcome.objects.filter(
            organisation=who.organisation, job_number__in=numbers[start : start + _AT_ONCE]
        ).exclude(state=Outcome.State.DELETED)
        here = here.select_related("member", "product", "remedy").prefetch_related("also_remedies", "reported_readings")
        for outcome in here:
            found[outcome.job_number, outcome.remedy_id] = outcome
    return found
