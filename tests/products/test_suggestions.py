"""Suggestions for the pickers."""

import pytest
from django.urls import reverse

from tests.builders.products import a_model, a_year, brake_light_switch, make_fault_code

pytestmark = pytest.mark.django_db


def values(client, name, typed):
    response = client.get(reverse(f"products:{name}"), {"q": typed})
    assert response.status_code == 200
    return [item["value"] for item in response.json()["results"]]


def test_a_product_is_suggested_from_parts_of_its_name_the_model_before_its_years(client):
    a_year()
    a_model(name="Discovery")
    assert values(client, "suggest-products", "range rov") == ["Land Rover Range Rover", "2004 Land Rover Range Rover"]
    assert values(client, "suggest-products", "2004 range") == ["2004 Land Rover Range Rover"]


def test_a_component_is_suggested_by_another_name_too(client):
    brake_light_switch()
    assert values(client, "suggest-components", "stop lamp") == ["Brake light switch"]


def test_a_code_is_suggested_once_whatever_the_number_of_its_meanings(client):
    for source in ("one", "another"):
        make_fault_code(code="P0571", source=source)
    make_fault_code(code="P0504")
    assert values(client, "suggest-codes", "p 05") == ["P0504", "P0571"]


@pytest.mark.parametrize("typed", ["", " ", "\0", "%", "_", "' OR 1=1", "x" * 5000, "🚗", "\u202e"])
@pytest.mark.parametrize("name", ["suggest-products", "suggest-components", "suggest-codes"])
def test_nothing_useful_typed_suggests_nothing(client, name, typed):
    assert values(client, name, typed) == []


def test_ten_at_most_are_suggested_by_one_query(client, django_assert_num_queries):
    for number in range(12):
        a_model(name=f"Model {number}")
    values(client, "suggest-products", "x")  # the rules of the rate limit are read once
    with django_assert_num_queries(1):
        assert len(values(client, "suggest-products", "model")) == 10
