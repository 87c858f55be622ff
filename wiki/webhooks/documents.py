"""Webhooks for who writes a receiver: every event with its fields and an example, the founding case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from wiki.rules.webhooks import EVENTS, PING
from wiki.webhooks.payloads import ABOUT, DATA

_SITE = "https://fixlore.example"
_PRODUCT = {"product": "cars/land-rover/range-rover/l322", "product_name": "Land Rover Range Rover L322"}
_ISSUE = {
    "id": 3,
    "url": f"{_SITE}/brand/land-rover/issue/3/",
    "api_url": None,
    "demonstration": False,
    **_PRODUCT,
    "component": "brake-light-switch",
    "component_name": "Brake light switch",
    "level": "alert",
    "state": "new",
    "observed": 9,
    "expected": 3.02,
    "weeks": 13,
    "first_flagged_on": "2026-10-12",
    "last_flagged_on": "2026-11-23",
}
_OFFICIAL = {
    "id": 5,
    "url": f"{_SITE}/official/5-brake-light-switch/",
    "api_url": f"{_SITE}/api/v1/official-diagnostics/5",
    "demonstration": False,
    "kind": "recall",
    "publisher": "NHTSA",
    "number": "05V270000",
    "title": "Brake light switch",
    "products": ["cars/land-rover/range-rover/l322/2004"],
    "issued_on": "2026-11-20",
    "park_it": False,
    "superseded_by": None,
}
_EXAMPLES: dict[str, dict[str, Any]] = {
    "problem.new": {
        "id": 1,
        "url": f"{_SITE}/problem/1-gearbox-fault-brake-light-stays-on/",
        "api_url": f"{_SITE}/api/v1/problems/1",
        "demonstration": False,
        "title": "Gearbox fault, brake light stays on",
        **_PRODUCT,
        "component": "brake-light-switch",
        "codes": ["P0571"],
    },
    "fix.confirmed": {
        "id": 1,
        "url": f"{_SITE}/fix/1-replace-the-brake-light-switch/",
        "api_url": f"{_SITE}/api/v1/fixes/1",
        "demonstration": False,
        "title": "Replace the brake light switch",
        "state": "confirmed",
        "problem": 1,
        "problem_title": "Gearbox fault, brake light stays on",
        **_PRODUCT,
        "cost": "60.00",
        "currency": "USD",
        "dangerous": False,
    },
    "outcome.new": {
        "id": 41,
        "url": f"{_SITE}/fix/1-replace-the-brake-light-switch/",
        "api_url": f"{_SITE}/api/v1/outcomes/41",
        "demonstration": False,
        "remedy": 1,
        "remedy_title": "Replace the brake light switch",
        **_PRODUCT,
        "result": "worked",
        "tier": "professional",
        "happened_on": "2026-11-21",
    },
    "emerging_issue.watch": {**_ISSUE, "level": "watch", "observed": 6, "last_flagged_on": "2026-10-26"},
    "emerging_issue.alert": _ISSUE,
    "emerging_issue.answered": {**_ISSUE, "state": "answered"},
    "emerging_issue.closed": {**_ISSUE, "state": "closed"},
    "recall.new": _OFFICIAL,
    "official.new": {
        **_OFFICIAL,
        "id": 6,
        "url": f"{_SITE}/official/6-gearbox-fault-with-brake-light-fault/",
        "api_url": f"{_SITE}/api/v1/official-diagnostics/6",
        "kind": "bulletin",
        "publisher": "Land Rover",
        "number": "LTB00123",
        "title": "Gearbox fault with brake light fault",
    },
    "official.superseded": {**_OFFICIAL, "superseded_by": 6},
    PING: {"webhook": 7},
}
_HEADERS = {
    "webhook-id": "The same however often the event is sent.",
    "webhook-timestamp": "When this try was sent, in seconds since 1970.",
    "webhook-signature": "One or several of v1,<base64 of HMAC-SHA256 over id.timestamp.body>, a space between them.",
}
EXAMPLES: dict[str, dict[str, Any]] = {
    event: {"type": event, "timestamp": "2026-11-24T12:00:00Z", "data": data} for event, data in _EXAMPLES.items()
}
"""The whole body of each event."""


@dataclass(frozen=True, slots=True)
class DocumentedEvent:
    """An event as the help page prints it; `fields` are names with what they hold."""

    name: str
    words: str
    fields: tuple[tuple[str, str], ...]
    example: str


def documented() -> tuple[DocumentedEvent, ...]:
    """Every event in the order of the form, the test last."""
    words = {**EVENTS, PING: "The button “Send a test” was pressed"}
    return tuple(
        DocumentedEvent(event, words[event], _fields(event), json.dumps(EXAMPLES[event], indent=2)) for event in words
    )


def _fields(event: str) -> tuple[tuple[str, str], ...]:
    schema = DATA[ABOUT[event]].model_json_schema()
    return tuple(
        (name, ". ".join(filter(None, [_kind(field), field.get("description", "").rstrip(".")])))
        for name, field in schema["properties"].items()
    )


def _kind(field: dict[str, Any]) -> str:
    if "enum" in field:
        return "one of " + ", ".join(field["enum"])
    if "anyOf" in field:
        return " or ".join(_kind(each) for each in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}"
    return {"integer": "whole number", "string": "text", "boolean": "true or false"}.get(field["type"], field["type"])


def for_openapi() -> dict[str, Any]:
    """The `webhooks` of the OpenAPI document: each event as a request that a receiver gets."""
    return {
        event.name: {
            "post": {
                "operationId": "told_of_" + event.name.replace(".", "_"),
                "summary": event.words,
                "description": "Signed by the Standard Webhooks specification; any 2xx status takes it.",
                "parameters": [
                    {"name": name, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
                    for name, words in _HEADERS.items()
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": _schema(event.name), "example": EXAMPLES[event.name]}},
                },
                "responses": {"2XX": {"description": "Taken."}},
            }
        }
        for event in documented()
    }


def _schema(event: str) -> dict[str, Any]:
    data = DATA[ABOUT[event]].model_json_schema()
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "const": event},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
            "data": {name: data[name] for name in ("type", "description", "required", "properties")},
        },
    }
