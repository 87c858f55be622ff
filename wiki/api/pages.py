"""The document as a page shows it: operations by resource, each with a line to try and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from wiki.api.examples import EXAMPLES, Example
from wiki.api.site import api


@dataclass(frozen=True)
class Parameter:
    """One parameter or field of the body."""

    name: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True)
class OperationShown:
    """One operation."""

    id: str
    method: str
    path: str
    title: str
    words: str
    needs_token: bool
    parameters: tuple[Parameter, ...]
    request: str
    answer: str


@dataclass(frozen=True)
class Resource:
    """Operations that belong together."""

    title: str
    operations: tuple[OperationShown, ...]


def resources() -> tuple[Resource, ...]:
    """All operations by resource, in the order of the document."""
    document = api.get_openapi_schema()
    schemas = document["components"]["schemas"]
    found: dict[str, list[OperationShown]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            shown = _shown(path, method, operation, schemas)
            found.setdefault(operation["tags"][0], []).append(shown)
    return tuple(Resource(title, tuple(operations)) for title, operations in found.items())


def _shown(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> OperationShown:
    example = EXAMPLES[operation["operationId"]]
    needs_token = {} not in operation["security"]
    return OperationShown(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation["summary"],
        words=_plain(operation.get("description", "")),
        needs_token=needs_token,
        parameters=(*_of_address(operation, schemas), *_of_body(operation, schemas)),
        request=_request(path, method, example, needs_token=needs_token),
        answer=json.dumps(example.answer, indent=2, ensure_ascii=False) if example.answer is not None else "",
    )


def _of_address(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[Parameter]:
    return [
        Parameter(each["name"], _kind(each["schema"], schemas), each["required"], _plain(each.get("description", "")))
        for each in operation["parameters"]
    ]


def _of_body(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[Parameter]:
    if "requestBody" not in operation:
        return []
    schema = _named(operation["requestBody"]["content"]["application/json"]["schema"], schemas)
    required = schema.get("required", [])
    return [
        Parameter(name, _kind(each, schemas), name in required, _plain(each.get("description", "")))
        for name, each in schema["properties"].items()
    ]


def _plain(words: str) -> str:
    """A description, which is Markdown in the document, as it is read on a page."""
    return words.replace("`", "")


def _named(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, where another is named."""
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _kind(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """What a value may be, in a word or two."""
    schema = _named(schema, schemas)
    if "anyOf" in schema:
        return _kind(next(each for each in schema["anyOf"] if each.get("type") != "null"), schemas)
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if schema.get("type") == "array":
        return "list"
    return str(schema.get("format") or schema.get("type", "object"))


def _request(path: str, method: str, example: Example, *, needs_token: bool) -> str:
    address = settings.SITE_URL + path.format(**example.at) + example.query
    lines = ["curl" if method == "get" else f"curl -X {method.upper()}"]
    if needs_token:
        lines.append("-H 'Authorization: Bearer fxl_…'")
    if example.body is not None:
        body = json.dumps(example.body, indent=2, ensure_ascii=False)
        lines += ["-H 'Content-Type: application/json'", f"-d '{body}'"]
    return " \\\n  ".join([*lines, f"'{address}'"])
