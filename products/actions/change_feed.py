"""The change feed, many rows at once."""

from collections.abc import Iterable

from django.utils import timezone

from products.database import insert_many
from products.models import Change


def tell_changes(kind: Change.Kind, ids: Iterable[int]) -> None:
    """Say that these objects changed; in the transaction that changes them."""
    now = timezone.now()
    insert_many(Change, ["kind", "object_id", "created_at"], ((kind.value, pk, now) for pk in ids))
