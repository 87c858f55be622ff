"""The nested-set numbers of both trees, derived from parents and names; written only under the tree lock."""

from collections.abc import Iterator

from mptt.models import MPTTModel

from products.database import update_many
from products.rules.nested_sets import Numbers, number_nodes

_FIELDS = ("tree_id", "lft", "rght", "level")


def wrongly_numbered(model: type[MPTTModel]) -> Iterator[tuple[int, Numbers]]:
    """The nodes whose stored numbers differ from the derived ones, each with its right numbers."""
    stored: dict[int, tuple[int | None, ...]] = {}
    pairs: list[tuple[int, int | None]] = []
    order = [*model._mptt_meta.order_insertion_by, "pk"]
    for pk, parent_id, *numbers in model._default_manager.order_by(*order).values_list("pk", "parent_id", *_FIELDS):
        stored[pk] = tuple(numbers)
        pairs.append((pk, parent_id))
    for pk, right in number_nodes(pairs).items():
        if stored[pk] != (right.tree_id, right.lft, right.rght, right.level):
            yield pk, right


def renumber(model: type[MPTTModel]) -> set[int]:
    """Write the derived numbers where the stored ones differ; the ids of the nodes that were wrong."""
    rows = [(n.tree_id, n.lft, n.rght, n.level, pk) for pk, n in wrongly_numbered(model)]
    update_many(model, _FIELDS, rows)
    return {row[-1] for row in rows}
