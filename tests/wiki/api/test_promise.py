"""What version 1 of the API has promised is kept: nothing of `version_1.txt` is gone or of another kind."""

from pathlib import Path

from wiki.api.site import api

KEPT = Path(__file__).with_name("version_1.txt")


def kind(schema) -> str:
    """A schema in a word: `string`, `Outcome`, `Product[]`, with a `?` where it may be null."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(kind(each) for each in schema["anyOf"] if each.get("type") != "null") + "?"
    if schema.get("type") == "array":
        return f"{kind(schema['items'])}[]"
    return schema.get("format") or schema.get("type", "anything")


def promised() -> list[str]:
    """Every operation with its parameters, every field of every schema, every choice: one a line."""
    document = api.get_openapi_schema()
    lines = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answers = [status for status in operation["responses"] if int(status) < 300]
            lines.add(f"{method.upper()} {path} {operation['operationId']} {answers[0]}")
            for each in operation["parameters"]:
                lines.add(f"{operation['operationId']}({each['name']}) {kind(each['schema'])}")
    for name, schema in document["components"]["schemas"].items():
        lines |= {f"{name} | {choice}" for choice in schema.get("enum", [])}
        lines |= {f"{name}.{field} {kind(each)}" for field, each in schema.get("properties", {}).items()}
    return sorted(lines)


def test_nothing_that_was_promised_is_gone_and_what_is_new_is_promised():
    kept, now = KEPT.read_text().splitlines(), promised()
    assert sorted(set(kept) - set(now)) == []
    assert sorted(set(now) - set(kept)) == [], "What is new belongs into version_1.txt too: from then on it stays."


def test_a_field_must_not_become_needed():
    """A program that was written before it can't send it."""
    needed = {
        f"{name}.{field}"
        for name, schema in api.get_openapi_schema()["components"]["schemas"].items()
        if schema.get("additionalProperties") is False
        for field in schema.get("required", [])
    }
    assert needed == {
        *("NewOutcome.remedy", "NewOutcome.product", "NewOutcome.result", "NewSighting.problem", "VinAsked.vin"),
        *("NewProblem.title", "NewProblem.symptom", "NewProblem.product", "NewPart.name"),
        *("NewFix.problem", "NewFix.title", "NewFix.steps", "NewFix.cost", "NewFix.hours"),
    }
