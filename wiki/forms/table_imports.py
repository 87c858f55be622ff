"""The forms of an import: which table and which file, and what each of its columns means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from wiki.forms.tables import MOST_BYTES, NotUnicode, read_lines
from wiki.importers.tables.access import Door
from wiki.importers.tables.rows import LIMITS, Reading, doubts_of
from wiki.rules.tables import MOST_ROWS, Table, guess, heading_key, letter

ENCODINGS = (
    ("cp1252", "Windows, Western European"),
    ("cp1250", "Windows, Central European"),
    ("cp1251", "Windows, Cyrillic"),
    ("mac_roman", "Macintosh"),
)
_SAMPLES = 3
_LOOKED_AT = 200


class UploadForm(forms.Form):
    """Which kind of table, for whom, and the file."""

    what = forms.ChoiceField(label="What is in it?", widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        help_text=f"CSV or XLSX, 5 MB and {MOST_ROWS:,} rows at most, the heading in its first row.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )

    def __init__(self, *args: Any, doors: Sequence[Door], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doors = {door.value: door for door in doors}
        what: Any = self.fields["what"]
        what.choices = [(door.value, door.label) for door in doors]
        self.encoding = ""

    def clean_file(self) -> Any:
        """Read the file once: what can't be read at all is refused here."""
        upload = self.cleaned_data["file"]
        self.content: bytes = upload.read(MOST_BYTES + 1)
        try:
            lines = read_lines(self.content, upload.name, limits=LIMITS)
        except NotUnicode as refusal:
            self.encoding = ENCODINGS[0][0]
            try:
                lines = read_lines(self.content, upload.name, limits=LIMITS, encoding=self.encoding)
            except ValidationError:
                raise refusal from None
            if not _looks_like_text(self.content):
                raise refusal from None
        if len(lines) < 2 or not any(map(any, lines[1:])):
            raise forms.ValidationError("There is a heading and no row below it.")
        return upload

    def door(self) -> Door:
        """What was chosen, of a valid form."""
        return self.doors[self.cleaned_data["what"]]


class ColumnsForm(forms.Form):
    """What each heading of a file means, and what could mean two things: days, decimals, bare mileages."""

    def __init__(
        self,
        *args: Any,
        table: Table,
        lines: Sequence[Sequence[str]],
        reading: Reading,
        known: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.table, self.lines = table, lines
        heading = lines[0]
        guessed = reading.columns or guess(table, heading, lines[1:_LOOKED_AT], known)
        names = [(column.name, f"{column.name}{' (needed)' if column.needed else ''}") for column in table.columns]
        for index, text in enumerate(heading):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=f"Column {letter(index)}, {text or 'without a heading'}",
                choices=[("", "leave it out"), *names],
                required=False,
                initial=guessed[index] if index < len(guessed) else "",
            )
        self.doubts = doubts_of(table, lines, self._columns())
        if self.doubts.order:
            self._ask(
                "order",
                "What stands first in days such as 03/04/2026?",
                [("day", "the day: 3 April"), ("month", "the month: March 4")],
                reading.order,
            )
        if self.doubts.mark:
            self._ask(
                "mark",
                "What is 1,234 or 1.234 in the amounts?",
                [
                    ("point", "the point parts decimals: 1,234 is a thousand and more"),
                    ("comma", "the comma parts decimals: 1.234 is a thousand and more"),
                ],
                reading.mark,
            )
        if self.doubts.unit:
            self._ask(
                "unit",
                "What are bare numbers of usage counted in?",
                [("mi", "miles"), ("km", "kilometres"), ("h", "hours"), ("cycles", "cycles"), ("months", "months")],
                reading.unit,
            )
        if reading.encoding:
            self.fields["encoding"] = forms.ChoiceField(
                label="The file is not in UTF-8. Which characters does it use?",
                choices=ENCODINGS,
                initial=reading.encoding,
                help_text="Look at the samples: do letters with accents read well?",
            )

    def _ask(self, name: str, label: str, choices: list[tuple[str, str]], initial: str) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=initial, widget=forms.RadioSelect)

    def _columns(self) -> tuple[str, ...]:
        """What stands in the choices now: as sent, or as guessed."""
        known = {column.name for column in self.table.columns}
        said = (
            self.data.get(f"column_{index}", "") if self.is_bound else self.fields[f"column_{index}"].initial
            for index in range(len(self.lines[0]))
        )
        return tuple(name if name in known else "" for name in said)

    def reading_guessed(self) -> Reading:
        """How the file is read by the guesses alone; what could mean two things is refused cell by cell."""
        return Reading(columns=self._columns(), order=self.doubts.told_order)

    def clean(self) -> Any:
        """Refuse a column that is chosen twice, and one that is needed and missing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        columns = self._columns()
        for name in self.table.needed:
            if name not in columns:
                self.add_error(None, f"Which column is “{name}”? It is needed: {self.table.column(name).help}.")
        for name in dict.fromkeys(filter(None, columns)):
            if columns.count(name) > 1:
                self.add_error(None, f"“{name}” is chosen for {columns.count(name)} columns: choose one.")
        return cleaned

    def reading(self) -> Reading:
        """How the file is read, of a valid form."""
        said = self.cleaned_data
        return Reading(
            columns=self._columns(),
            order=said.get("order") or self.doubts.told_order,
            mark=said.get("mark", ""),
            unit=said.get("unit", ""),
            encoding=said.get("encoding", ""),
        )

    def remembered(self) -> dict[str, str]:
        """What each heading means, for the next file."""
        pairs = zip(self.lines[0], self._columns(), strict=True)
        return {key: name for text, name in pairs if (key := heading_key(text))}

    def choices_shown(self) -> list[tuple[str, str, list[str], Any]]:
        """For the page: letter, heading, first values and field of every column."""
        shown = []
        for index, text in enumerate(self.lines[0]):
            values = [row[index] for row in self.lines[1:_LOOKED_AT] if index < len(row) and row[index]]
            shown.append((letter(index), text, values[:_SAMPLES], self[f"column_{index}"]))
        return shown

    def questions(self) -> list[Any]:
        """The fields beside the columns."""
        return [self[name] for name in self.fields if not name.startswith("column_")]


def _looks_like_text(content: bytes) -> bool:
    """Whether bytes that are no UTF-8 may be an older text: no control character but line ends and tabs."""
    return not any(byte < 32 and byte not in (9, 10, 13) for byte in content[:10_000])
