"""Undo of import runs."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.fields.json import JSONField

from products.actions.change_feed import tell_changes
from products.actions.renumbering import renumber
from products.actions.tree_totals import followed_undoing
from products.actions.unmatched_names import forget_rows
from products.database import tree_lock, update_many
from products.errors import UndoRefused
from products.models import (
    Change,
    Component,
    FormerPath,
    ImportChange,
    Imported,
    ImportRun,
    Product,
)

_BATCH = 500
# Rows that say nothing of their own: they go with what they point at.
_DERIVED = (FormerPath,)
_FOLLOWED = {
    "products.product": Change.Kind.PRODUCT,
    "products.officialdiagnostic": Change.Kind.OFFICIAL,
    "wiki.problem": Change.Kind.PROBLEM,
    "wiki.fix": Change.Kind.FIX,
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a run did: rows deleted and rows put back, by the plural name of their kind."""

    deleted: dict[str, int]
    restored: dict[str, int]


@transaction.atomic
def undo_import(*, run: ImportRun, at: datetime.datetime) -> Undone:
    """Delete what a run made and put back what it changed.

    Raises UndoRefused, and changes nothing, for a run that wrote nothing or was undone before, and where something else
    uses what the run made or has changed what it changed; the sentence says what.
    """
    tree_lock()
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state == ImportRun.State.UNDONE:
        raise UndoRefused(f"Run {run.pk} was undone already.")
    if run.state == ImportRun.State.REFUSED:
        raise UndoRefused(f"Run {run.pk} wrote nothing, so there is nothing to undo.")
    with followed_undoing(run=run, at=at):
        obstacles = list(_obstacles(run))
        if obstacles:
            raise UndoRefused(f"Run {run.pk} stays as it is: {'; '.join(obstacles)}.")
        restored = _put_back(run)
        deleted = _delete(run)
    forget_rows(run=run)
    run.state = ImportRun.State.UNDONE
    run.finished_at = at
    run.message = _sentence(deleted, restored, run.rows_created + run.rows_updated)
    run.save(update_fields=["state", "finished_at", "message"])
    return Undone(deleted, restored)


def imported_models() -> list[type[models.Model]]:
    """Every model whose rows an import run may make, in whichever app."""
    return [model for model in apps.get_models() if issubclass(model, Imported)]


def _made_by(run: ImportRun, model: type[models.Model]) -> models.QuerySet[Any]:
    return model._default_manager.filter(created_by_run=run).order_by()


def _obstacles(run: ImportRun) -> Iterator[str]:
    """What stands in the way: rows from elsewhere that use what the run made, and changes over its changes."""
    for model in imported_models():
        made = _made_by(run, model)
        if not made.exists():
            continue
        for user, field in _users_of(model):
            if user in _DERIVED:
                continue
            using = user._default_manager.filter(**{f"{field}__in": made.values("pk")})
            if issubclass(user, Imported):
                using = using.exclude(created_by_run=run)
            number = using.count()
            if number:
                first = using.order_by("pk").first()
                yield (
                    f"{number:,} {_plural(user) if number != 1 else user._meta.verbose_name} "
                    f"({str(first)[:60]}{_makers(using)}) {'use' if number != 1 else 'uses'} {_plural(model)} of it"
                )
    changed = sum(1 for _ in _changed_since(run))
    if changed:
        yield f"{changed:,} {'row that it changed has' if changed == 1 else 'rows that it changed have'} changed again"


def _makers(using: models.QuerySet[Any]) -> str:
    """The runs that made some of these rows: they have to be undone first."""
    if not issubclass(using.model, Imported):
        return ""
    runs = using.exclude(created_by_run=None).order_by("created_by_run").values_list("created_by_run", flat=True)
    numbers = [str(run) for run in runs.distinct()[:5]]
    return f", of run {' and '.join(numbers)}" if numbers else ""


def _users_of(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """The models and fields that point at a model, the hidden ones of many-to-many relations too."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and isinstance(relation.related_model, type):
            yield relation.related_model, relation.field.name


def _changes(run: ImportRun) -> Iterator[tuple[type[models.Model], list[ImportChange]]]:
    """The changes of a run in batches of one model each."""
    for label in ImportChange.objects.filter(run=run).order_by("model").values_list("model", flat=True).distinct():
        changes = ImportChange.objects.filter(run=run, model=label).order_by("pk")
        batch: list[ImportChange] = []
        for change in changes.iterator(chunk_size=_BATCH):
            batch.append(change)
            if len(batch) == _BATCH:
                yield apps.get_model(label), batch
                batch = []
        if batch:
            yield apps.get_model(label), batch


def _changed_since(run: ImportRun) -> Iterator[int]:
    for model, batch in _changes(run):
        rows = model._default_manager.in_bulk([change.object_id for change in batch])
        for change in batch:
            row = rows.get(change.object_id)
            if row is None or any(_stored(row, name) != value for name, value in change.after.items()):
                yield change.object_id


def _stored(row: models.Model, name: str) -> Any:
    """A field's value in the form in which a change records it."""
    field = row._meta.get_field(name)
    value = getattr(row, field.attname)  # type: ignore[union-attr]
    if value is None or isinstance(value, (str, int, float, bool)) or isinstance(field, JSONField):
        return value
    return field.value_to_string(row)  # type: ignore[union-attr]


def _put_back(run: ImportRun) -> dict[str, int]:
    restored: dict[str, int] = {}
    for model, batch in _changes(run):
        for change in batch:
            names = list(change.before)
            values = [model._meta.get_field(name).to_python(change.before[name]) for name in names]  # type: ignore[union-attr]
            update_many(model, names, [(*values, change.object_id)])
        restored[_plural(model)] = restored.get(_plural(model), 0) + len(batch)
        _tell(model, [change.object_id for change in batch])
    return restored


def _delete(run: ImportRun) -> dict[str, int]:
    """Delete all that the run made; foreign keys are checked when the transaction ends, so the order is free."""
    deleted: dict[str, int] = {}
    trees = []
    for model in imported_models():
        ids = list(_made_by(run, model).values_list("pk", flat=True))
        if not ids:
            continue
        for batch in _batches(ids):
            for user, field in _users_of(model):
                if user in _DERIVED:
                    user._default_manager.filter(**{f"{field}__in": batch}).delete()
            # No object is loaded and no signal sent for each of perhaps a hundred thousand rows.
            model._default_manager.filter(pk__in=batch)._raw_delete(using=run._state.db)
        deleted[_plural(model)] = len(ids)
        _tell(model, ids)
        if model in (Product, Component):
            trees.append(model)
    for tree in trees:
        renumber(tree)
    return deleted


def _tell(model: type[models.Model], ids: Iterable[int]) -> None:
    kind = _FOLLOWED.get(model._meta.label_lower)
    if kind is not None:
        tell_changes(kind, ids)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _plural(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name_plural)


def _sentence(deleted: dict[str, int], restored: dict[str, int], rows: int) -> str:
    done = [f"{number:,} {kind} deleted" for kind, number in deleted.items()]
    done += [f"{number:,} {kind} put back" for kind, number in restored.items()]
    if not done and rows:
        return f"Undone: {rows:,} {'row is' if rows == 1 else 'rows are'} as before."
    return f"Undone: {', '.join(done)}." if done else "Undone: the run had changed nothing."
