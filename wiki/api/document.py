"""The OpenAPI document: what all operations share, and names that read well in a program that was made from it."""

from __future__ import annotations

import json
from typing import Any, get_args

from ninja import NinjaAPI
from ninja.operation import Operation

from wiki.api import fields
from wiki.api.errors import MEDIA_TYPE, MISFIT, SCHEMA, TITLES
from wiki.api.examples import EXAMPLES
from wiki.webhooks.documents import for_openapi

NAMED = (
    *("Level", "DiagnosticKind", "RemedyKind", "SafetyClass", "SafetyVerdict", "Difficulty", "Way", "Result", "Tier"),
    *("UsageUnit", "YesNo"),
)
"""The choices of `fields` that have a name of their own in the document."""

TAGS = {
    "Lookup": "What the community has proved, before a part is replaced.",
    "Search": "Problems for lay words.",
    "What exists": "Products, components, fault codes and official diagnostics.",
    "Problems, plans and fixes": "What to try first, and the community's remedies.",
    "Outcomes and sightings": "How remedies went, and who has a problem too.",
}

_OF_PARAMETER = ("name", "in", "required", "description")
_REFERENCE = "#/components/schemas/"
_NAMES = {get_args(getattr(fields, name)): name for name in NAMED}
_READ = (404, 422, 429)
_WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429)
_HEADERS: dict[str, Any] = {
    "RateLimit-Limit": {"description": "Requests in a minute.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "Requests left.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until the next minute.", "schema": {"type": "integer"}},
}
_RETRY: dict[str, Any] = {
    "Retry-After": {"description": "Seconds until it may be sent again.", "schema": {"type": "integer"}}
}
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 64 printable characters of your choice: the same request again does nothing twice.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
}


class Api(NinjaAPI):
    """Adds to the document what all requests share: limits, problem documents, keys against sending twice, examples.

    An operation is known by the name of its function, unless it says another.
    """

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """The OpenAPI 3.1 document."""
        document = super().get_openapi_schema(**kwargs)
        schemas = {name.removesuffix("Out"): _tidy(each) for name, each in document["components"]["schemas"].items()}
        schemas |= {name: {"type": "string", "enum": list(values)} for values, name in _NAMES.items()}
        schemas |= {"ProblemDocument": SCHEMA, "Misfit": MISFIT}
        document["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
        for operations in document["paths"].values():
            for method, operation in operations.items():
                operations[method] = self._completed(method, operation)
        # What is asked in an address stands with its operation, parameter by parameter.
        said = json.dumps([document["paths"], schemas])
        document["components"]["schemas"] = {
            name: each for name, each in schemas.items() if f'"{_REFERENCE}{name}"' in said
        }
        document["webhooks"] = for_openapi()
        return document

    def _completed(self, method: str, operation: dict[str, Any]) -> dict[str, Any]:
        example = EXAMPLES[operation["operationId"]]
        parameters = [_tidy_parameter(each) for each in operation.pop("parameters")]
        operation = _tidy(operation)
        for response in operation["responses"].values():
            response["headers"] = _HEADERS
            if "content" in response:
                response["content"]["application/json"]["example"] = example.answer
        if "requestBody" in operation:
            operation["requestBody"]["content"]["application/json"]["example"] = example.body
        content = {MEDIA_TYPE: {"schema": {"$ref": f"{_REFERENCE}ProblemDocument"}}}
        needs_token = "security" in operation
        statuses = _WRITE if method != "get" else _READ
        for status in (*statuses, 401):
            headers = _HEADERS | (_RETRY if status == 429 else {})
            operation["responses"].setdefault(
                status, {"description": TITLES[status], "content": content, "headers": headers}
            )
        if not needs_token:
            operation["security"] = [{}, {"Token": []}]
        if method == "post" and needs_token:
            parameters.append(_KEY)
        return {**operation, "parameters": parameters}


def _tidy(node: Any) -> Any:
    """Schemas as a person would name them: `Outcome` for what goes out, and one name for one set of choices.

    Titles only repeat the names of fields, and would name classes in programs that are made from the document.
    """
    if isinstance(node, list):
        return [_tidy(each) for each in node]
    if not isinstance(node, dict):
        return node
    tidied = {key: _tidy(value) for key, value in node.items() if key != "title" or not isinstance(value, str)}
    if isinstance(reference := tidied.get("$ref"), str):
        tidied["$ref"] = reference.removesuffix("Out")
    if isinstance(values := tidied.get("enum"), list) and (name := _NAMES.get(tuple(values))) is not None:
        del tidied["enum"], tidied["type"]
        tidied["$ref"] = _REFERENCE + name
    return tidied


def _tidy_parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter as OpenAPI knows it: its example and description once, and no null, which no address can say."""
    schema = dict(parameter["schema"])
    if "anyOf" in schema:
        (kept,) = (each for each in schema.pop("anyOf") if each.get("type") != "null")
        schema |= kept
    examples = schema.pop("examples", None)
    schema.pop("description", None)
    said: dict[str, Any] = {name: parameter[name] for name in _OF_PARAMETER if name in parameter}
    return {**said, "schema": _tidy(schema), **({"example": examples[0]} if examples else {})}
