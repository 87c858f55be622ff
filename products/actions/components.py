"""Writes to the component tree (system > assembly > part), under the same lock as the product tree."""

from collections.abc import Iterable

from django.db import transaction

from products.actions.renumbering import renumber
from products.database import tree_lock, update_many
from products.errors import MoveIntoItself, NameMissing, NameTaken, NameTooLong, ProductGone, WrongLevel
from products.models import Component, ComponentAlias, ImportRun, SafetyClass
from products.rules.naming import key_of, slug_of, tidy

_DEEPEST = 3


@transaction.atomic
def add_component(
    *,
    parent: Component | None,
    name: str,
    safety_class: str = SafetyClass.GREEN,
    aliases: Iterable[str] = (),
    is_demonstration: bool = False,
    run: ImportRun | None = None,
) -> Component:
    """Add a system (no parent), an assembly or a part.

    Raises NameMissing, NameTaken, NameTooLong, WrongLevel (deeper than a part) or ProductGone.
    """
    tree_lock()
    parent = None if parent is None else _read_again(parent)
    if parent is not None and parent.level + 2 > _DEEPEST:
        raise WrongLevel(f"{parent.name} is a part; nothing stands below a part.")
    name, key = _checked_name(parent, name)
    component = Component(
        parent=parent,
        name=name,
        key=key,
        slug=_free_slug(name, parent),
        safety_class=safety_class,
        is_demonstration=is_demonstration,
        created_by_run=run,
    )
    component.save()
    for alias in aliases:
        add_component_alias(component=component, name=alias, run=run)
    return Component.objects.get(pk=component.pk)


@transaction.atomic
def rename_component(*, component: Component, name: str) -> Component:
    """Give a component another name; its address stays and the old name becomes an alias.

    Raises NameMissing, NameTaken, NameTooLong or ProductGone.
    """
    tree_lock()
    component = _read_again(component)
    old_name = component.name
    name, key = _checked_name(component.parent, name, apart_from=component)
    if name == old_name:
        return component
    update_many(Component, ["name", "key"], [(name, key, component.pk)])
    renumber(Component)
    if key_of(old_name) != key:
        add_component_alias(component=component, name=old_name)
    return Component.objects.get(pk=component.pk)


@transaction.atomic
def move_component(*, component: Component, parent: Component | None) -> Component:
    """Put a component with everything below it under another; its address stays.

    Raises MoveIntoItself, WrongLevel, NameTaken or ProductGone.
    """
    tree_lock()
    component = _read_again(component)
    parent = None if parent is None else _read_again(parent)
    if parent is not None and parent.is_descendant_of(component, include_self=True):
        raise MoveIntoItself(f"{component.name} cannot stand under itself.")
    depth_below = max(component.get_descendants(include_self=True).values_list("level", flat=True)) - component.level
    if parent is not None and parent.level + 2 + depth_below > _DEEPEST:
        raise WrongLevel(f"{component.name} would stand deeper than a part under {parent.name}.")
    _checked_name(parent, component.name, apart_from=component)
    update_many(Component, ["parent"], [(parent.pk if parent else None, component.pk)])
    renumber(Component)
    return Component.objects.get(pk=component.pk)


@transaction.atomic
def set_safety_class(*, component: Component, safety_class: str) -> Component:
    """Say how dangerous work on a component is."""
    Component.objects.filter(pk=component.pk).update(safety_class=SafetyClass(safety_class))
    return Component.objects.get(pk=component.pk)


@transaction.atomic
def add_component_alias(*, component: Component, name: str, run: ImportRun | None = None) -> ComponentAlias:
    """Add another name of a component; the same alias again returns the one that is there.

    Raises NameMissing or NameTooLong. One alias may name several components: a reader then chooses.
    """
    tree_lock()
    name, key = tidy(name), key_of(name)
    if not key:
        raise NameMissing("Another name needs a letter or a digit.")
    if len(name) > 120:
        raise NameTooLong(f"Another name can have 120 characters; this one has {len(name)}.")
    alias: ComponentAlias
    alias, _ = ComponentAlias.objects.get_or_create(
        component=component, key=key, defaults={"name": name, "created_by_run": run}
    )
    return alias


@transaction.atomic
def rebuild_component_tree() -> int:
    """Work out the component tree's numbers from parents and names alone; how many nodes were wrong."""
    tree_lock()
    return len(renumber(Component))


def _read_again(component: Component) -> Component:
    fresh: Component | None = Component.objects.filter(pk=component.pk).select_related("parent").first()
    if fresh is None:
        raise ProductGone(f"{component.name} is no longer there.")
    return fresh


def _checked_name(parent: Component | None, name: str, apart_from: Component | None = None) -> tuple[str, str]:
    name, key = tidy(name), key_of(name)
    if not key:
        raise NameMissing("A name needs a letter or a digit.")
    if len(name) > 120 or len(key) > 120:
        raise NameTooLong(f"A name can have 120 characters; this one has {len(name)}.")
    siblings = Component.objects.filter(parent=parent, key=key)
    if apart_from is not None:
        siblings = siblings.exclude(pk=apart_from.pk)
    if siblings.exists():
        raise NameTaken(f"“{name}” is there already{f' under {parent.name}' if parent else ''}.")
    return name, key


def _free_slug(name: str, parent: Component | None) -> str:
    """The name's slug; with the parent's name before it, or a number behind it, when that is taken."""
    slug = slug_of(name, longest=100)
    if not Component.objects.filter(slug=slug).exists():
        return slug
    if parent is not None:
        slug = slug_of(f"{parent.name} {name}", longest=110)
    candidate, number = slug, 2
    while Component.objects.filter(slug=candidate).exists():
        candidate = f"{slug}-{number}"
        number += 1
    return candidate
