"""The form of vehicles in service: one file, all of it or nothing, every cell that doesn't fit named with its line."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any

from django import forms

from products.models import Product
from products.queries.matching import products_called
from wiki.actions.in_service import UnitsRow
from wiki.forms.tables import LONGEST_CELL, read_table
from wiki.queries.brand import Brand

COLUMNS = ("product", "built", "market", "plant", "units")
NEEDED = ("product", "built", "units")
MOST_SHOWN = 200
NAMES_AT_ONCE = 2000
LONGEST_PLANT = 80
MOST_UNITS = 100_000_000
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-[0-9]{2})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FORMULA = ("=", "+", "-", "@")


class UnitsForm(forms.Form):
    """Units by product, build month, market and plant, as CSV or XLSX; `rows` once it is valid."""

    file = forms.FileField(
        label="File",
        help_text=f"CSV in UTF-8 or XLSX, 5 MB and 20,000 rows at most, with the heading {','.join(COLUMNS)}.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def __init__(self, *args: Any, brand: Brand, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand
        self.today = today
        self.rows: list[UnitsRow] = []

    def clean_file(self) -> Any:
        """Read the file into rows."""
        upload = self.cleaned_data["file"]
        heading, lines = read_table(upload, upload.name)
        missing = [f"{name} is missing" for name in NEEDED if name not in heading]
        unknown = [f"“{name[:40]}” is unknown" for name in heading if name not in COLUMNS]
        twice = [f"{name} is there twice" for name in COLUMNS if heading.count(name) > 1]
        if missing or unknown or twice:
            raise forms.ValidationError(f"The heading doesn't fit: {', '.join([*missing, *unknown, *twice])}.")
        if not any(map(any, lines)):
            raise forms.ValidationError("There are no units in it.")
        table = [dict(zip(heading, [*cells, *[""] * len(COLUMNS)], strict=False)) for cells in lines]
        products = self._products(row["product"] for row in table)
        problems: list[str] = []
        seen: dict[tuple[object, ...], int] = {}
        for line, (cells, row) in enumerate(zip(lines, table, strict=True), 2):
            if not any(cells):
                continue
            wrong = [] if len(cells) <= len(heading) else ["there are more cells than the heading has"]
            read = self._row(row, products, wrong)
            if read is not None and not wrong:
                key = (read.product.pk, read.built, read.market, read.plant)
                if key in seen:
                    wrong.append(f"product, built, market and plant are those of line {seen[key]}")
                seen.setdefault(key, line)
                self.rows.append(read)
            problems += [f"Line {line}, {sentence}." for sentence in wrong]
        if problems:
            left = len(problems) - MOST_SHOWN
            more = [f"And {left:,} more that don't fit."] if left > 0 else []
            raise forms.ValidationError([*problems[:MOST_SHOWN], *more])
        return upload

    def _products(self, names: Iterable[str]) -> dict[str, Product]:
        """The products named, a few thousand names in a query: a database takes no more."""
        wanted = [name for name in dict.fromkeys(names) if name and len(name) <= LONGEST_CELL and "\0" not in name]
        found: dict[str, Product] = {}
        for start in range(0, len(wanted), NAMES_AT_ONCE):
            found |= products_called(wanted[start : start + NAMES_AT_ONCE])
        return found

    def _row(self, row: dict[str, str], products: dict[str, Product], wrong: list[str]) -> UnitsRow | None:
        cells = {name: row.get(name, "") for name in COLUMNS}
        odd = False
        for name, value in cells.items():
            if _CONTROL.search(value):
                wrong.append(f"{name}: there is a character in it that nobody can see")
                odd = True
            elif value.startswith(_FORMULA):
                wrong.append(f"{name}: “{value[:40]}” reads as a formula; give the value")
                odd = True
            elif not value and name in NEEDED:
                wrong.append(f"{name} is needed")
                odd = True
        if odd:
            return None
        product = products.get(cells["product"])
        if product is None:
            wrong.append(f"product: “{cells['product'][:60]}” is no product; give its path or its whole name")
        elif not self.brand.covers(product):
            wrong.append(f"product: “{cells['product'][:60]}” is none of {self.brand.name}")
        built = _month(cells["built"], self.today)
        if built is None:
            wrong.append(f"built: “{cells['built'][:40]}” is not a month that was, as 2004-06")
        market = cells["market"].upper()
        if market and not re.fullmatch(r"[A-Z]{2}", market):
            wrong.append(f"market: “{cells['market'][:40]}” is not a country in two letters, as US")
        if len(cells["plant"]) > LONGEST_PLANT:
            wrong.append(f"plant is longer than {LONGEST_PLANT} characters")
        units = int(cells["units"]) if re.fullmatch(r"[0-9]{1,9}", cells["units"]) else 0
        if not 0 < units <= MOST_UNITS:
            wrong.append(f"units: “{cells['units'][:40]}” is not a whole number from 1 on")
        if wrong or product is None or built is None:
            return None
        return UnitsRow(product, built, market, cells["plant"], units)


def _month(text: str, today: datetime.date) -> datetime.date | None:
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1886:
        return None
    month = datetime.date(int(match[1]), int(match[2]), 1)
    return month if month <= today else None
