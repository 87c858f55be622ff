"""Which nodes of a tree carry other numbers than their parents and names give."""

from collections.abc import Iterator

from mptt.models import MPTTModel

from products.rules.nested_sets import Numbers, number_nodes

NUMBER_FIELDS = ("tree_id", "lft", "rght", "level")


def wrongly_numbered(model: type[MPTTModel]) -> Iterator[tuple[int, Numbers]]:
    """The nodes whose stored numbers differ from the derived ones, each with its right numbers."""
    stored: dict[int, tuple[int | None, ...]] = {}
    pairs: list[tuple[int, int | None]] = []
    order = [*model._mptt_meta.order_insertion_by, "pk"]
    for pk, parent_id, *numbers in model._default_manager.order_by(*order).values_list(
        "pk", "parent_id", *NUMBER_FIELDS
    ):
        stored[pk] = tuple(numbers)
        pairs.append((pk, parent_id))
    for pk, right in number_nodes(pairs).items():
        if stored[pk] != (right.tree_id, right.lft, right.rght, right.level):
            yield pk, right
