"""Acts on the component tree."""

import pytest

from products.actions.components import add_component_alias, move_component, rename_component, set_safety_class
from products.errors import MoveIntoItself, NameMissing, NameTaken, WrongLevel
from products.models import Component
from tests.builders.products import brake_light_switch, make_component

pytestmark = pytest.mark.django_db


def line_of(component):
    return [node.name for node in Component.objects.get(pk=component.pk).get_ancestors(include_self=True)]


def test_a_part_stands_under_its_assembly_and_nothing_under_a_part():
    switch = brake_light_switch()
    assert line_of(switch) == ["Brakes", "Brake switches", "Brake light switch"]
    with pytest.raises(WrongLevel):
        make_component(name="Spring", parent=switch)


def test_a_renamed_component_keeps_its_address_and_its_old_name():
    switch = brake_light_switch()
    renamed = rename_component(component=switch, name="Stop lamp switch, pedal")
    assert renamed.slug == switch.slug
    assert "Brake light switch" in [alias.name for alias in renamed.aliases.all()]
    with pytest.raises(NameMissing):
        rename_component(component=renamed, name=" – ")


def test_a_component_moves_with_what_hangs_below_it_and_never_under_itself():
    switch = brake_light_switch()
    assembly = switch.parent
    electrics = make_component(name="Electrics")
    move_component(component=assembly, parent=electrics)
    assert line_of(switch) == ["Electrics", "Brake switches", "Brake light switch"]
    with pytest.raises(MoveIntoItself):
        move_component(component=electrics, parent=assembly)
    with pytest.raises(WrongLevel):
        move_component(component=electrics, parent=make_component(name="Other"))


def test_two_siblings_do_not_share_a_name_in_another_spelling():
    switch = brake_light_switch()
    with pytest.raises(NameTaken):
        make_component(name="brake-light switch", parent=switch.parent)


def test_a_safety_class_is_set_and_one_that_is_none_refused():
    switch = brake_light_switch()
    assert set_safety_class(component=switch, safety_class="red").safety_class == "red"
    with pytest.raises(ValueError, match="purple"):
        set_safety_class(component=switch, safety_class="purple")


def test_another_name_is_added_once():
    switch = brake_light_switch()
    first = add_component_alias(component=switch, name="Pedal switch")
    assert add_component_alias(component=switch, name="pedal-switch") == first
