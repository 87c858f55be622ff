"""The quick door of a workshop's table: a day's jobs, pasted or as a file, taken at once or not at all."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms

from wiki.forms.table_imports import ColumnsForm
from wiki.forms.tables import MOST_BYTES, read_lines
from wiki.importers.tables.kinds import Checked
from wiki.importers.tables.rows import LIMITS, Reading
from wiki.importers.tables.run import check_lines
from wiki.models import TableImport
from wiki.rules.table_columns import OUTCOMES

MOST_JOBS = 200
LONGEST_CSV = 200_000
MOST_SHOWN = 200


class JobsForm(forms.Form):
    """A day's jobs: every cell that doesn't fit is named. `checked` and `table_import` once it is valid."""

    text = forms.CharField(
        label="Paste the lines",
        required=False,
        max_length=LONGEST_CSV,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text=f"With a heading, as {','.join(column.name for column in OUTCOMES.columns)}. "
        f"Needed are {', '.join(OUTCOMES.needed)}.",
    )
    file = forms.FileField(label="Or a file", required=False, help_text=f"CSV or XLSX, {MOST_JOBS} jobs at most.")

    def __init__(self, *args: Any, table_import: TableImport, now: datetime.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table_import, self.now = table_import, now
        self.checked = Checked()

    def clean(self) -> Any:
        """Read the lines into jobs."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        content = upload.read(MOST_BYTES + 1) if upload else (cleaned.get("text") or "").strip().encode()
        if self.errors:
            return cleaned
        if not content:
            raise forms.ValidationError("There is no job in it.")
        name = upload.name if upload else "pasted.csv"
        lines = read_lines(content, name, limits=LIMITS)
        if upload and not name.lower().endswith(".xlsx"):
            self._show(content)
        if len(lines) - 1 > MOST_JOBS:
            raise forms.ValidationError(
                f"{MOST_JOBS} jobs are the most at once; these are {len(lines) - 1}. The import takes more."
            )
        columns = ColumnsForm(table=OUTCOMES, lines=lines, reading=Reading(), known={})
        missing = [name for name in OUTCOMES.needed if name not in columns.reading_guessed().columns]
        if missing:
            raise forms.ValidationError(f"The heading doesn’t fit: {', '.join(missing)} is missing.")
        self.table_import.reading = columns.reading_guessed().stored()
        self.table_import.source_name, self.table_import.content = name, content
        self.checked = check_lines(self.table_import, lines, self.now)
        if self.checked.wrong:
            raise forms.ValidationError([str(each) for each in self.checked.wrong[:MOST_SHOWN]])
        if not self.checked.ready:
            raise forms.ValidationError("There is no job in it.")
        return cleaned

    def _show(self, content: bytes) -> None:
        """Put a file's lines where they can be mended."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return
        shown: Any = self.data.copy()  # type: ignore[attr-defined]
        shown["text"] = text
        self.data = shown
