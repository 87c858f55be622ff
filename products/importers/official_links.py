"""What hangs on official diagnostics, gathered over a batch: components, products, documents and parts."""

from __future__ import annotations

import datetime
from typing import Any

from products.database import insert_many, update_many
from products.importers.changes import change_rows
from products.models import DiagnosticComponent, DiagnosticDocument, DiagnosticPart, DiagnosticProduct, ImportRun
from products.rules.naming import key_of

_RANGE = ("built_from", "built_to")
_PART = ("name", "number", "description", "supplier")


class _Row:
    """A row, stored or about to be, with the fields that a later file may fill."""

    __slots__ = ("created_by_run", "fields", "pk", "stored")

    def __init__(self, fields: dict[str, Any], pk: int | None = None, created_by_run: int | None = None) -> None:
        self.pk, self.created_by_run = pk, created_by_run
        self.fields, self.stored = fields, dict(fields)

    def set(self, **values: Any) -> bool:
        """Set fields; whether one of them differs now."""
        before = dict(self.fields)
        self.fields.update(values)
        return before != self.fields


class Links:
    """What is there for some diagnostics (four queries), what a batch adds, and `save`."""

    def __init__(self, run: ImportRun, diagnostics: set[int]) -> None:
        self._run = run
        self._components = set(
            DiagnosticComponent.objects.filter(diagnostic__in=diagnostics).values_list("diagnostic", "component")
        )
        self._new_components: dict[tuple[int, int], None] = {}
        self._products: dict[tuple[int, int], _Row] = {}
        coverage = DiagnosticProduct.objects.filter(diagnostic__in=diagnostics).order_by()
        # Serial numbers say it more closely than build dates do; a product that has them stays as it is.
        self._by_serial: set[tuple[int, int]] = set()
        for pk, diagnostic, product, serial, since, until, made_by in coverage.values_list(
            "pk", "diagnostic", "product", "serial_from", *_RANGE, "created_by_run"
        ):
            if serial:
                self._by_serial.add((diagnostic, product))
            else:
                fields = {"built_from": written(since), "built_to": written(until)}
                self._products[diagnostic, product] = _Row(fields, pk, made_by)
        self._documents = {
            (diagnostic, name): _Row({"summary": summary, "url": url}, pk, made_by)
            for pk, diagnostic, name, summary, url, made_by in DiagnosticDocument.objects.filter(
                diagnostic__in=diagnostics
            ).values_list("pk", "diagnostic", "name", "summary", "url", "created_by_run")
        }
        self._parts = {
            (diagnostic, key): _Row(dict(zip(_PART, fields, strict=True)), pk, made_by)
            for pk, diagnostic, key, made_by, *fields in DiagnosticPart.objects.filter(
                diagnostic__in=diagnostics
            ).values_list("pk", "diagnostic", "key", "created_by_run", *_PART)
        }
        self._added = self._filled = False

    def counted(self) -> tuple[bool, bool]:
        """Whether something was added or filled since this was asked last."""
        answer = self._added, self._filled
        self._added = self._filled = False
        return answer

    def component(self, diagnostic: int, component: int | None) -> None:
        """Say that a diagnostic is about a component."""
        if component is not None and (diagnostic, component) not in self._components:
            self._components.add((diagnostic, component))
            self._new_components[diagnostic, component] = None
            self._added = True

    def product(self, diagnostic: int, product: int, since: datetime.date | None, until: datetime.date | None) -> None:
        """Say that a diagnostic covers a product built between two days; ranges only get wider."""
        if since and until and until < since:
            since = until = None
        if (diagnostic, product) in self._by_serial:
            return
        row = self._products.get((diagnostic, product))
        if row is None:
            fields = {"built_from": written(since), "built_to": written(until)}
            self._products[diagnostic, product] = _Row(fields)
            self._added = True
            return
        known = row.fields
        self._filled |= row.set(
            built_from=min(filter(None, (known["built_from"], written(since))), default=None),
            built_to=max(filter(None, (known["built_to"], written(until))), default=None),
        )

    def document(self, diagnostic: int, name: str, summary: str, url: str) -> None:
        """Hang a document on a diagnostic, if the row names one."""
        if not name:
            return
        row = self._documents.get((diagnostic, name))
        if row is None:
            self._documents[diagnostic, name] = _Row({"summary": summary, "url": url})
            self._added = True
        else:
            self._filled |= row.set(summary=row.fields["summary"] or summary, url=row.fields["url"] or url)

    def part(self, diagnostic: int, name: str, number: str, description: str, supplier: str) -> None:
        """Say which part a diagnostic is about."""
        key = key_of(number or name)[:120]
        if not key:
            return
        said = dict(zip(_PART, (name[:120], number[:120], description[:400], supplier[:160]), strict=True))
        row = self._parts.get((diagnostic, key))
        if row is None:
            self._parts[diagnostic, key] = _Row(said)
            self._added = True
        else:
            self._filled |= row.set(**{field: row.fields[field] or value for field, value in said.items()})

    def save(self) -> None:
        """Write what is new and what changed."""
        run = self._run.pk
        insert_many(
            DiagnosticComponent,
            ["diagnostic", "component", "created_by_run"],
            [(*pair, run) for pair in self._new_components],
        )
        insert_many(
            DiagnosticProduct,
            ["diagnostic", "product", "serial_from", "serial_to", *_RANGE, "created_by_run"],
            [(*key, "", "", *row.fields.values(), run) for key, row in self._products.items() if row.pk is None],
        )
        insert_many(
            DiagnosticDocument,
            ["diagnostic", "name", "summary", "url", "created_by_run"],
            [(*key, *row.fields.values(), run) for key, row in self._documents.items() if row.pk is None],
        )
        insert_many(
            DiagnosticPart,
            ["diagnostic", "key", *_PART, "created_by_run"],
            [(*key, *row.fields.values(), run) for key, row in self._parts.items() if row.pk is None],
        )
        for model, rows in (
            (DiagnosticProduct, self._products),
            (DiagnosticDocument, self._documents),
            (DiagnosticPart, self._parts),
        ):
            self._change(model, [row for row in rows.values() if row.pk is not None and row.fields != row.stored])

    def _change(self, model: type[DiagnosticProduct | DiagnosticDocument | DiagnosticPart], rows: list[_Row]) -> None:
        own = [row for row in rows if row.created_by_run == self._run.pk]
        if own:
            update_many(model, list(own[0].fields), [(*row.fields.values(), row.pk) for row in own])
        others = [row for row in rows if row.created_by_run != self._run.pk]
        change_rows(self._run, model, [(row.pk or 0, row.stored, row.fields) for row in others])


def written(day: datetime.date | None) -> str | None:
    """A date as the record of a change holds it."""
    return None if day is None else day.isoformat()
