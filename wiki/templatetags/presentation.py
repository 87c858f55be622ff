"""Presentation filters: how figures are worded and where shapes are drawn. No rule and no query lives here.

Load with `{% load presentation %}`. Geometry is returned as attribute values, because the content security policy
forbids inline styles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template

from wiki.rules import words
from wiki.rules.words import whole as _whole

register = template.Library()
for _name in ("money", "about", "tenths", "in_ten", "duration"):
    register.filter(_name, getattr(words, _name))

DOTS_AT_MOST = 12
"""Above this many people the shapes cannot be counted at a glance, and only the words are printed."""
DOT_PITCH = 16
PEOPLE_ACROSS = 20
PEOPLE_PITCH = 26


@register.filter
def saved_between(dearer: Any, cheaper: Any) -> int:
    """Subtract the printed, rounded amounts, so that the figures on a page add up: `2050|saved_between:525`."""
    return _whole(dearer) - _whole(cheaper)


@register.filter
def percent(share: Any) -> str:
    """Turn a share between 0 and 1 into an SVG length, held inside the axis: .723 becomes `72.3%`."""
    held = min(Decimal(1), max(Decimal(0), Decimal(str(share))))
    return f"{(held * 100).quantize(Decimal('.1'), rounding=ROUND_HALF_UP):f}%"


@register.filter
def share_of(part: Any, whole: Any) -> str:
    """Turn a part of a whole into an SVG length: `525|share_of:2050` is `25.6%`."""
    return percent(Decimal(str(part)) / Decimal(str(whole))) if part and whole else "0%"


@dataclass(frozen=True)
class Dot:
    """One report: its shape (circle, diamond, square), its filling (full, half, hollow), and its place in pixels."""

    shape: str
    filling: str
    left: int

    @property
    def middle(self) -> int:
        """The x of its centre."""
        return self.left + 6


def _count(group: Any, name: str) -> int:
    value = group.get(name, 0) if isinstance(group, dict) else getattr(group, name, 0)
    return int(value or 0)


@register.filter
def report_total(group: Any) -> int:
    """Count the people of a group of reports."""
    return sum(
        _count(group, f"{who}_{how}") for who in ("professional", "owner") for how in ("worked", "partly", "failed")
    )


@register.filter
def report_worked(group: Any) -> int:
    """Count the people of a group of reports for whom it worked."""
    return _count(group, "professional_worked") + _count(group, "owner_worked")


@register.filter
def dots(group: Any, kind: str = "fix") -> list[Dot]:
    """Lay out the reports of a group, professionals first, worked before failed; none above twelve people.

    `group` has `professional_worked`, `professional_partly`, `professional_failed` and the same three for `owner`, as
    attributes or keys. Reports on an official remedy (`kind` official) are squares, whoever wrote them.
    """
    if report_total(group) > DOTS_AT_MOST:
        return []
    row: list[Dot] = []
    for who, shape in (("professional", "diamond"), ("owner", "square" if kind == "official" else "circle")):
        for how, filling in (("worked", "full"), ("partly", "half"), ("failed", "hollow")):
            for _ in range(_count(group, f"{who}_{how}")):
                row.append(Dot(shape, filling, len(row) * DOT_PITCH))
    return row


@register.filter
def dots_width(row: Sequence[Dot]) -> int:
    """Give the width in pixels of a row of dots."""
    return len(row) * DOT_PITCH - 3 if row else 0


@dataclass(frozen=True)
class Person:
    """One of a hundred owners: shape, filling (full, light, hollow) and centre in the drawing's units."""

    shape: str
    filling: str
    x: int
    y: int


@register.filter
def people(groups: Iterable[Any]) -> list[Person]:
    """Lay out groups of owners as twenty shapes a line.

    Each group has `count`, `shape` (circle, diamond, square) and `filling` (full, light, hollow).
    """
    crowd: list[Person] = []
    for group in groups:
        for _ in range(_count(group, "count")):
            line, place = divmod(len(crowd), PEOPLE_ACROSS)
            shape, filling = (
                (group["shape"], group["filling"]) if isinstance(group, dict) else (group.shape, group.filling)
            )
            crowd.append(Person(shape, filling, place * PEOPLE_PITCH + 10, line * PEOPLE_PITCH + 10))
    return crowd


@dataclass(frozen=True)
class Column:
    """One column of a small chart, in the drawing's units."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float
    last: bool

    @property
    def middle(self) -> float:
        """The x of its centre."""
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        """The y of the count above it."""
        return round(self.y - 5, 1)


@register.filter
def columns(series: Iterable[tuple[str, int]]) -> list[Column]:
    """Lay out (label, count) pairs as columns in a drawing of 380 by 92 units that stand on y = 92."""
    pairs = list(series)
    if not pairs:
        return []
    top = max([1, *(count for _, count in pairs)])
    step = 380 / len(pairs)
    width = min(step - 10, 48.0)
    return [
        Column(
            label=str(label),
            count=count,
            x=round(step * index + (step - width) / 2, 1),
            y=round(92 - 72 * count / top, 1),
            width=round(width, 1),
            height=round(72 * count / top, 1),
            last=index == len(pairs) - 1,
        )
        for index, (label, count) in enumerate(pairs)
    ]
