"""The history of a post, and what changed between two of its revisions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from products.models import Component, Product
from wiki.models import Comment, DiagnosticTest, Fix, Outcome, Pointer, Problem, Reading, Remedy, Revision

MOST_COMPARISONS = 4_000_000
"""Words times words that are compared word by word; longer texts are compared line by line, then as a whole."""

LABELS = {
    "product": "Product",
    "component": "Component",
    "title": "Title",
    "symptom": "Symptom",
    "code_text": "Fault codes",
    "language": "Language",
    "summary": "In one line",
    "cause": "Cause",
    "first_check": "Check first",
    "steps": "Steps",
    "tools": "Tools",
    "cost": "Cost",
    "currency": "Currency",
    "hours": "Hours",
    "difficulty": "Difficulty",
    "safety_class": "Safety class",
    "parts": "Parts",
    "body": "Text",
    "result": "Result",
    "cause_found": "Cause found",
    "proof": "Proof",
    "part_number": "Part number",
    "also_changed": "Also changed",
    "also_remedies": "Done at the same time",
    "procedure_followed": "Official procedure followed",
    "money": "Paid",
    "usage": "Usage",
    "usage_unit": "Unit of usage",
    "done_by": "Work done by",
    "happened_on": "Day",
    "came_back_on": "Came back on",
    "harm": "Harm",
    "note": "Note",
    "kind": "Kind",
    "situation": "Situation",
    "action": "What is done",
    "warning": "Warning",
    "covered": "Products",
    "components": "Components",
    "codes": "Codes",
    "market": "Market",
    "url": "Address",
    "issued_on": "Issued on",
    "effective_from": "In force from",
    "effective_until": "In force until",
    "remedy_title": "Remedy",
    "remedy_cost": "Cost of the remedy",
    "remedy_currency": "Its currency",
    "remedy_hours": "Hours of the remedy",
    "how": "How",
    "readings": "Readings",
    "readings_taken": "What tests said",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text that stayed, or that the other side does not have."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field of two revisions, side by side."""

    label: str
    before: tuple[Span, ...]
    after: tuple[Span, ...]


def history_of(post: Problem | Fix | Comment | Outcome | DiagnosticTest) -> QuerySet[Revision]:
    """The revisions of a post, the latest first, with their authors and badges: one query."""
    return post.revisions.select_related("author", "organisation")


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldDiff, ...]:
    """The fields that differ between two contents, with the words that changed; four queries at most."""
    names = [name for name in LABELS if name in before or name in after]
    changed = [name for name in names if before.get(name) != after.get(name)]
    words = _Words([before, after], changed)
    diffs = []
    for name in changed:
        old, new = words.of(name, before.get(name)), words.of(name, after.get(name))
        left, right = side_by_side(old, new)
        diffs.append(FieldDiff(LABELS[name], left, right))
    return tuple(diffs)


def side_by_side(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Two texts with the words that only one of them has marked; bounded in time for any two texts."""
    for pattern in (r"\s+|\w+|[^\w\s]", r"[^\n]*\n|[^\n]+"):
        left, right = re.findall(pattern, old), re.findall(pattern, new)
        if len(left) * len(right) <= MOST_COMPARISONS:
            return _marked(left, right)
    return (Span(old, True),), (Span(new, True),)


def _marked(left: Sequence[str], right: Sequence[str]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    before: list[Span] = []
    after: list[Span] = []
    for act, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if b > a:
            before.append(Span("".join(left[a:b]), act != "equal"))
        if d > c:
            after.append(Span("".join(right[c:d]), act != "equal"))
    return tuple(before), tuple(after)


class _Words:
    """Values of revisions as people read them; the rows that they name are read once."""

    def __init__(self, contents: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
        def ids(name: str) -> set[int]:
            return {content[name] for content in contents if name in names and content.get(name)}

        self.products = Product.objects.in_bulk(ids("product")) if ids("product") else {}
        self.components = Component.objects.in_bulk(ids("component")) if ids("component") else {}
        remedies: set[int] = set()
        if "also_remedies" in names:
            remedies = {pk for content in contents for pk in content.get("also_remedies") or []}
        if "readings" in names:
            points = [row["points"] for content in contents for row in content.get("readings") or []]
            remedies |= {int(pk) for each in points for pk in each}
        taken: set[int] = set()
        if "readings_taken" in names:
            taken = {pk for content in contents for pk in content.get("readings_taken") or []}
        self.readings = Reading.objects.select_related("test").in_bulk(taken) if taken else {}
        self.remedies = Remedy.objects.select_related("fix", "diagnostic").in_bulk(remedies) if remedies else {}

    def of(self, name: str, value: Any) -> str:
        """A value in words; an empty text for none."""
        if value is None or value == "":
            return ""
        if name == "product":
            return str(self.products.get(value, "a product that is gone"))
        if name == "component":
            return str(self.components.get(value, "a component that is gone"))
        if name == "also_remedies":
            return "\n".join(str(self.remedies.get(pk, "a remedy that is gone")) for pk in value)
        if name == "readings":
            return "\n".join(self._reading(row) for row in value)
        if name == "readings_taken":
            rows = (self.readings.get(pk) for pk in value)
            return "\n".join(f"{row.test}: {row}" if row is not None else "a reading that is gone" for row in rows)
        if name == "parts":
            return "\n".join(_part(part) for part in value)
        if name in ("covered", "components", "codes"):
            return "\n".join(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)

    def _reading(self, row: Mapping[str, Any]) -> str:
        strengths = dict(Pointer.Strength.choices)
        points = [
            f"  {strengths[strength]}: {self.remedies.get(int(pk), 'a remedy that is gone')}"
            for pk, strength in row["points"].items()
        ]
        return "\n".join([row["label"], *points])


def _part(part: Mapping[str, Any]) -> str:
    price = f", {part['price']}" if part.get("price") else ""
    number = f" {part['number']}" if part.get("number") else ""
    return f"{part.get('quantity', 1)} × {part['name']}{number}{price}"
