"""Bulk load of the component tree from a list of paths."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from products.actions.components import add_component, add_component_alias
from products.database import tree_lock
from products.models import Component, ComponentAlias, SafetyClass
from products.rules.naming import key_of


@dataclass(frozen=True, slots=True)
class ComponentEntry:
    """A component by the names on the way to it, its safety class and its other names."""

    names: tuple[str, ...]
    safety_class: str
    aliases: tuple[str, ...] = ()


@transaction.atomic
def load_components(*, entries: Iterable[ComponentEntry], is_demonstration: bool = False) -> tuple[int, int]:
    """Make the components and aliases that are missing; (components made, aliases made). Nothing there is changed.

    Each entry's parent must stand before it or be stored. Raises as `add_component`, and ValueError for an entry
    without its parent or a safety class that there is not.
    """
    tree_lock()
    found: dict[tuple[str, ...], Component] = {}
    for component in Component.objects.order_by("tree_id", "lft"):
        above = [part for part in found.items() if part[1].pk == component.parent_id]
        found[(*(above[0][0] if above else ()), component.key)] = component
    aliases = set(ComponentAlias.objects.values_list("component_id", "key"))
    components_made = aliases_made = 0
    for entry in entries:
        keys = tuple(key_of(name) for name in entry.names)
        component = found.get(keys)
        if component is None:
            if len(keys) > 1 and keys[:-1] not in found:
                raise ValueError(f"{' > '.join(entry.names)} stands before its parent.")
            component = found[keys] = add_component(
                parent=found.get(keys[:-1]),
                name=entry.names[-1],
                safety_class=SafetyClass(entry.safety_class),
                is_demonstration=is_demonstration,
            )
            components_made += 1
        for alias in entry.aliases:
            if (component.pk, key_of(alias)) not in aliases:
                add_component_alias(component=component, name=alias)
                aliases.add((component.pk, key_of(alias)))
                aliases_made += 1
    return components_made, aliases_made
