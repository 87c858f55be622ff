"""The OpenAPI document: true, complete, and kept."""

import jsonschema_rs
import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup

from tests.html import read
from wiki.api.examples import EXAMPLES
from wiki.api.site import api as the_api

pytestmark = pytest.mark.django_db


def document():
    return the_api.get_openapi_schema()


def operations():
    return [
        (operation["operationId"], method, path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_is_openapi_3_1_with_problem_documents_for_every_error(api):
    served = api("openapi.json")
    assert served["openapi"].startswith("3.1")
    assert served["info"]["title"] == "Fixlore"
    for methods in served["paths"].values():
        for operation in methods.values():
            errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
            assert {"401", "422", "429"} <= errors.keys()
            assert all("application/problem+json" in answer["content"] for answer in errors.values())


def test_names_read_well_in_a_program_made_from_it():
    """As openapi-python-client names classes: `Outcome`, and one `Result` wherever a result stands."""
    whole = document()
    schemas = whole["components"]["schemas"]
    assert {"Outcome", "NewOutcome", "Lookup", "Plan", "Product", "Result", "ProblemDocument"} <= schemas.keys()
    assert not [name for name in schemas if name.endswith(("Out", "In"))]
    assert schemas["Outcome"]["properties"]["result"]["$ref"] == schemas["NewOutcome"]["properties"]["result"]["$ref"]
    assert not [name for name, schema in schemas.items() if isinstance(schema.get("title"), str)]
    parameters = [each for *_, operation in operations() for each in operation["parameters"]]
    assert not [each["name"] for each in parameters if "anyOf" in each["schema"]]
    assert {operation["tags"][0] for *_, operation in operations()} == {tag["name"] for tag in whole["tags"]}


def test_every_operation_has_an_example_that_fits():
    found = operations()
    assert {operation_id for operation_id, *_ in found} == EXAMPLES.keys()
    schemas = document()["components"]["schemas"]
    for operation_id, method, _path, operation in found:
        example = EXAMPLES[operation_id]
        if method == "post":
            body = operation["requestBody"]["content"]["application/json"]
            assert body["example"] == example.body
            _fits(body["schema"], example.body, schemas)
        if method != "delete":
            success = operation["responses"][201 if 201 in operation["responses"] else 200]
            answer = success["content"]["application/json"]
            assert answer["example"] == example.answer
            _fits(answer["schema"], example.answer, schemas)


def _fits(schema, value, schemas):
    whole = {**schema, "components": {"schemas": schemas}}
    jsonschema_rs.validator_for(whole).validate(value)


def test_the_page_of_the_api_shows_every_operation_with_its_example(client):
    page = read(client.get("/api/docs/"))
    shown = page.all("operation")
    assert len(shown) == len(operations())
    assert "curl" in page.text
    assert "Replace the brake light switch" in page.text


@pytest.fixture
def _one_connection():
    """Requests through WSGI close the connection, and with it the transaction of the test."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("with_token", [False, True], ids=["without a token", "with a token"])
def test_whatever_is_sent_is_answered_as_the_document_says(world, with_token, mode):
    """All checks of schemathesis, over all operations."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    headers = {"Accept-Encoding": "identity", **(world.bearer if with_token else {})}
    failed = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=8,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case):
            cache.clear()  # no limit stops the test
            case.call_and_validate(headers=headers)

        try:
            send()
        except (FailureGroup, Failure) as failure:
            failed.append(f"{operation.label}: {[str(one) for one in getattr(failure, 'exceptions', [failure])]}")
    assert not failed, "\n\n".join(failed)
