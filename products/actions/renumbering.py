"""The nested-set numbers of both trees, derived from parents and names; written only under the tree lock."""

from mptt.models import MPTTModel

from products.database import update_many
from products.queries.tree_numbers import NUMBER_FIELDS, wrongly_numbered


def renumber(model: type[MPTTModel]) -> set[int]:
    """Write the derived numbers where the stored ones differ; the ids of the nodes that were wrong."""
    rows = [(n.tree_id, n.lft, n.rght, n.level, pk) for pk, n in wrongly_numbered(model)]
    update_many(model, NUMBER_FIELDS, rows)
    return {row[-1] for row in rows}
