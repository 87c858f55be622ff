"""The change feed, many rows at once."""

from collections.abc import Iterable

from products.models import Change

_BATCH = 2000


def tell_changes(kind: Change.Kind, ids: Iterable[int]) -> None:
    """Say that these objects changed; in the transaction that changes them."""
    Change.objects.bulk_create((Change(kind=kind, object_id=pk) for pk in ids), batch_size=_BATCH)
