"""Whether the stored trees are what a rebuild would give."""

from mptt.models import MPTTModel

from products.models import Component, Product
from products.queries.tree_numbers import wrongly_numbered
from products.rules.naming import full_name_of, key_of


def faults_of_the_product_tree() -> list[str]:
    """One sentence for each wrong number, path, full name or key of the product tree; none when it is right."""
    faults = _wrong_numbers(Product)
    chains: dict[int | None, tuple[tuple[str, str], ...]] = {None: ()}
    paths: dict[int | None, str] = {None: ""}
    waiting: dict[int, list[tuple[int, int | None, str, str, str, str, str, str, str]]] = {}
    rows = Product.objects.order_by("pk").values_list(
        "pk", "parent_id", "kind", "name", "slug", "path", "full_name", "key", "full_name_key"
    )
    ready = []
    for row in rows.iterator(chunk_size=5000):
        if row[1] is None:
            ready.append(row)
        else:
            waiting.setdefault(row[1], []).append(row)
    while ready:
        pk, parent_id, kind, name, slug, path, full_name, key, full_name_key = ready.pop()
        chains[pk] = (*chains[parent_id], (kind, name))
        paths[pk] = f"{paths[parent_id]}/{slug}" if parent_id else slug
        said = full_name_of(chains[pk])
        if path != paths[pk]:
            faults.append(f"product {pk}: path {path!r} should be {paths[pk]!r}")
        if full_name != said:
            faults.append(f"product {pk}: full name {full_name!r} should be {said!r}")
        if (key, full_name_key) != (key_of(name), key_of(said)):
            faults.append(f"product {pk}: keys {key!r}, {full_name_key!r} do not belong to {said!r}")
        ready.extend(waiting.pop(pk, ()))
    return faults


def faults_of_the_component_tree() -> list[str]:
    """One sentence for each wrong number or key of the component tree; none when it is right."""
    faults = _wrong_numbers(Component)
    for pk, name, key in Component.objects.values_list("pk", "name", "key"):
        if key != key_of(name):
            faults.append(f"component {pk}: key {key!r} does not belong to {name!r}")
    return faults


def _wrong_numbers(model: type[MPTTModel]) -> list[str]:
    return [
        f"{model._meta.verbose_name} {pk}: should be {right.tree_id}:{right.lft}-{right.rght} at level {right.level}"
        for pk, right in wrongly_numbered(model)
    ]
