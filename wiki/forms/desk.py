"""Forms of the service desk: one job, and a day's jobs as CSV."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from accounts.models import OwnedProduct
from products.models import Product
from products.queries.matching import products_called
from wiki.actions.desk import Job
from wiki.actions.drafts import OutcomeDraft, PhotoDraft
from wiki.forms.outcomes import OutcomeForm
from wiki.models import Outcome, Remedy
from wiki.queries.desk import remedies_named

MOST_JOBS = 200
LONGEST_CSV = 200_000
COLUMNS = (
    *("job_number", "remedy", "product", "result", "happened_on", "money", "currency", "hours", "usage", "usage_unit"),
    *("part_number", "cause_found", "proof", "also_changed", "procedure_followed", "note"),
)
NEEDED = ("job_number", "remedy", "product", "result")
_REMEDY = re.compile(r"(?:\S*/(?P<kind>fix)/)?(?P<number>[0-9]{1,15})(?:-\S*)?/?")
_LENGTHS = {"job_number": 60, "part_number": 60, "cause_found": 255, "proof": 400, "also_changed": 255, "note": 2000}
_RESULTS = ", ".join(Outcome.Result.values)
_TRUTH = {"": None, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class _Known:
    """What a list of jobs names."""

    remedies: dict[tuple[str, int], Remedy]
    products: dict[str, Product]


class JobForm(OutcomeForm):
    """A job's outcome: its number first, the work done by a workshop."""

    photo = forms.FileField(label="Photo", required=False, help_text="JPEG, PNG or WebP, 10 MB at most. All see it.")
    job_number = forms.CharField(
        label="Job number", max_length=60, help_text="Private to your workshop; it makes the report a professional's."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["job_number"] = deepcopy(type(self).base_fields["job_number"])
        self.fields["done_by"].initial = Outcome.Way.WORKSHOP
        self.fields["done_by"].required = False
        self.fields["done_by"].widget = forms.HiddenInput()
        self.fields.pop("owned_product", None)
        self.fields["product"].required = True

    def clean_done_by(self) -> str:
        """The workshop did it."""
        return Outcome.Way.WORKSHOP

    def photo_draft(self) -> PhotoDraft | None:
        """The photo that was chosen, if any."""
        upload = self.cleaned_data.get("photo")
        return PhotoDraft(upload=upload.file, caption="") if upload else None


class JobsForm(forms.Form):
    """A day's jobs as CSV, pasted or as a file: every cell that doesn't fit is named."""

    text = forms.CharField(
        label="Paste the lines",
        required=False,
        max_length=LONGEST_CSV,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text=f"With this heading: {','.join(COLUMNS)}. Needed are {', '.join(NEEDED)}.",
    )
    file = forms.FileField(label="Or a file", required=False, help_text="CSV in UTF-8, 200 jobs at most.")

    def clean(self) -> Any:
        """Read the lines into jobs."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        text = cleaned.get("text") or ""
        if cleaned.get("file"):
            try:
                text = cleaned["file"].read(LONGEST_CSV).decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError("This file is not in UTF-8.") from error
            shown: Any = self.data.copy()  # type: ignore[attr-defined]
            shown["text"] = text
            self.data = shown
        self.jobs: list[Job] = self._jobs(text) if text.strip() else []
        if not self.jobs and not self.errors:
            raise forms.ValidationError("There is no job in it.")
        return cleaned

    def _jobs(self, text: str) -> list[Job]:
        try:
            rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True))
        except csv.Error as error:
            raise forms.ValidationError(f"This is no CSV that can be read: {error}.") from error
        found = list(rows[0]) if rows else []
        missing = [name for name in NEEDED if name not in found]
        unknown = [str(name) for name in found if name not in COLUMNS]
        if missing or unknown:
            wrong = [f"{name} is missing" for name in missing] + [f"“{name}” is unknown" for name in unknown]
            raise forms.ValidationError(f"The heading doesn't fit: {', '.join(wrong)}.")
        if len(rows) > MOST_JOBS:
            raise forms.ValidationError(f"{MOST_JOBS} jobs are the most at once; these are {len(rows)}.")
        named = [key for row in rows if (key := _remedy_key(row["remedy"] or ""))]
        known = _Known(
            remedies_named(
                remedies=[number for kind, number in named if kind == "remedy"],
                fixes=[number for kind, number in named if kind == "fix"],
            ),
            products_called((row["product"] or "").strip() for row in rows),
        )
        jobs = []
        for line, row in enumerate(rows, 2):
            cells = {name: (value or "").strip() for name, value in row.items() if name in COLUMNS}
            if None in row:
                self.add_error(None, f"Line {line} has more cells than the heading.")
                continue
            drafted = self._draft(line, cells, known)
            if drafted is not None:
                jobs.append(drafted)
        return jobs

    def _draft(self, line: int, cells: dict[str, str], known: _Known) -> Job | None:
        problems: list[str] = []

        def read(name: str, convert: Callable[[str], Any], wanted: str, empty: Any = None) -> Any:
            value = cells.get(name, "")
            if not value:
                return empty
            try:
                return convert(value)
            except (ValueError, InvalidOperation, KeyError):
                problems.append(f"{name}: “{value[:40]}” is not {wanted}")
                return None

        key = _remedy_key(cells["remedy"])
        remedy = known.remedies.get(key) if key is not None else None
        product = known.products.get(cells["product"])
        if remedy is None:
            problems.append(f"remedy: “{cells['remedy'][:40]}” is none; give its number or the address of its fix")
        if product is None:
            problems.append(f"product: “{cells['product'][:60]}” is no product; give its path or its whole name")
        draft = {
            "result": read("result", lambda value: Outcome.Result(value).value, f"one of {_RESULTS}"),
            "happened_on": read("happened_on", _a_past_day, "a day that was, as 2026-11-20"),
            "money": read("money", _an_amount, "an amount"),
            "hours": read("hours", _an_amount, "a number of hours"),
            "currency": read("currency", _a_currency, "a currency, as USD", "USD"),
            "usage": read("usage", _a_count, "a whole number"),
            "usage_unit": read(
                "usage_unit",
                lambda value: OwnedProduct.Unit(value).value,
                "a unit, as mi or km",
                OwnedProduct.Unit.MILES,
            ),
            "procedure_followed": read("procedure_followed", lambda value: _TRUTH[value.lower()], "yes or no"),
        }
        problems += [f"{name} is needed" for name in ("job_number", "result") if not cells[name]]
        problems += [
            f"{name} is longer than {most} characters"
            for name, most in _LENGTHS.items()
            if len(cells.get(name, "")) > most
        ]
        for sentence in problems:
            self.add_error(None, f"Line {line}, {sentence}.")
        if problems or remedy is None:
            return None
        words: dict[str, Any] = {name: cells.get(name, "") for name in _LENGTHS}
        return Job(line, remedy, OutcomeDraft(**draft, **words, product=product, done_by=Outcome.Way.WORKSHOP))


def _remedy_key(text: str) -> tuple[str, int] | None:
    match = _REMEDY.fullmatch(text.strip())
    return (match["kind"] or "remedy", int(match["number"])) if match else None


def _a_past_day(value: str) -> datetime.date:
    day = datetime.date.fromisoformat(value)
    if not datetime.date(1950, 1, 1) <= day <= datetime.datetime.now(datetime.UTC).date():
        raise ValueError
    return day


def _an_amount(value: str) -> Decimal:
    amount = Decimal(value)
    if not amount.is_finite() or not 0 <= amount < 10_000_000 or amount != round(amount, 2):
        raise ValueError
    return amount


def _a_currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError
    return value


def _a_count(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise ValueError
    return int(value)
