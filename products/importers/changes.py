"""Changes that a run makes to rows that are there, kept so that undoing the run puts them back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from products.database import update_many
from products.models import ImportChange, ImportRun

_ENCODER = DjangoJSONEncoder()


def change_rows(
    run: ImportRun, model: type[models.Model], changes: Iterable[tuple[int, Mapping[str, Any], Mapping[str, Any]]]
) -> None:
    """Set fields of many rows, given as (id, fields before, fields after), and record what they were.

    A row that the same run changed before keeps its first "before". All rows name the same fields.
    """
    changes = list(changes)
    if not changes:
        return
    label = model._meta.label_lower
    fields = list(changes[0][2])
    update_many(model, fields, [(*[after[name] for name in fields], pk) for pk, _, after in changes])
    recorded = dict(
        ImportChange.objects.filter(run=run, model=label, object_id__in=[pk for pk, _, _ in changes]).values_list(
            "object_id", "pk"
        )
    )
    ImportChange.objects.bulk_create(
        [
            ImportChange(run=run, model=label, object_id=pk, before=before, after=after)
            for pk, before, after in changes
            if pk not in recorded
        ],
        batch_size=500,
    )
    for pk, _, after in changes:
        if pk in recorded:
            ImportChange.objects.filter(pk=recorded[pk]).update(after=after)
