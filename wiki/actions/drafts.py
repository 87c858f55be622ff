"""What a person wrote, before it is a post: the contents of problems, fixes, comments and outcomes.

A draft becomes the `content` of a revision, plain JSON with the names of the fields, and back.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from accounts.models import OwnedProduct
from products.models import Component, Product, SafetyClass
from wiki.models import DiagnosticTest, Fix, Outcome, Problem, Reading, Remedy
from wiki.models.language import site_language

Content = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDraft:
    """A symptom on a product. `symptom` is Markdown; `code_text` holds fault codes as typed."""

    product: Product
    title: str
    symptom: str
    component: Component | None = None
    code_text: str = ""
    language: str = field(default_factory=site_language)

    def content(self) -> Content:
        """The draft as a revision keeps it."""
        return {
            "product": self.product.pk,
            "component": self.component.pk if self.component else None,
            "title": self.title.strip(),
            "symptom": self.symptom,
            "code_text": self.code_text.strip(),
            "language": self.language,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoDraft:
    """A photo as it was sent, and what it shows."""

    upload: IO[bytes]
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDraft:
    """A part that a fix needs; `price` is for one, in the fix's currency."""

    name: str
    number: str = ""
    replaced_by: str = ""
    price: Decimal | None = None
    quantity: int = 1

    def content(self) -> Content:
        """The draft as a revision keeps it."""
        return {
            "name": self.name.strip(),
            "number": self.number.strip(),
            "replaced_by": self.replaced_by.strip(),
            "price": _amount(self.price),
            "quantity": self.quantity,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FixDraft:
    """A community remedy. `steps` and `first_check` are Markdown; `cost` is parts and material.

    `safety_class` can only raise the component's own class; None takes that class.
    """

    title: str
    steps: str
    cost: Decimal | None
    hours: Decimal | None
    component: Component | None = None
    summary: str = ""
    cause: str = ""
    first_check: str = ""
    tools: str = ""
    currency: str = "USD"
    difficulty: str = Fix.Difficulty.MODERATE
    safety_class: str | None = None
    parts: tuple[PartDraft, ...] = ()
    language: str = field(default_factory=site_language)

    def content(self) -> Content:
        """The draft as a revision keeps it."""
        return {
            "component": self.component.pk if self.component else None,
            "title": self.title.strip(),
            "summary": self.summary.strip(),
            "cause": self.cause,
            "first_check": self.first_check,
            "steps": self.steps,
            "tools": self.tools.strip(),
            "cost": _amount(self.cost),
            "currency": self.currency,
            "hours": _amount(self.hours),
            "difficulty": str(self.difficulty),
            "safety_class": self.effective_safety_class(),
            "parts": [part.content() for part in self.parts if part.name.strip()],
            "language": self.language,
        }

    def effective_safety_class(self) -> str:
        """The component's class, or the draft's own where that is more severe."""
        severity = [str(value) for value in SafetyClass.values]
        own = str(self.safety_class or SafetyClass.GREEN)
        inherited = str(self.component.safety_class) if self.component else str(SafetyClass.GREEN)
        return max(own, inherited, key=severity.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDraft:
    """How a remedy went. `money` and `hours` are apart; `job_number` stays private to the organisation;
    `harm`: something burnt or smoked, or somebody was hurt.

    `product` may be left out where `owned_product` is given.
    """

    result: str
    product: Product | None = None
    owned_product: OwnedProduct | None = None
    happened_on: datetime.date | None = None
    money: Decimal | None = None
    currency: str = "USD"
    hours: Decimal | None = None
    done_by: str = Outcome.Way.MYSELF
    job_number: str = ""
    cause_found: str = ""
    proof: str = ""
    part_number: str = ""
    also_changed: str = ""
    also_remedies: tuple[Remedy, ...] = ()
    procedure_followed: bool | None = None
    usage: int | None = None
    usage_unit: str = OwnedProduct.Unit.MILES
    harm: bool = False
    note: str = ""
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDraft:
    """A reading of a test; `pk` is that of the reading it was, None for a new one. `points`: strength by remedy."""

    label: str
    pk: int | None = None
    points: Mapping[int, int] = field(default_factory=dict)

    def content(self) -> Content:
        """The draft as a revision keeps it."""
        return {
            "reading": self.pk,
            "label": self.label.strip(),
            "points": {str(key): value for key, value in sorted(self.points.items()) if value},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDraft:
    """A test of a problem with its readings. `how` is Markdown."""

    title: str
    how: str
    money: Decimal
    hours: Decimal
    readings: tuple[ReadingDraft, ...]
    tools: str = ""
    currency: str = "USD"
    safety_class: str = SafetyClass.GREEN

    def content(self) -> Content:
        """The draft as a revision keeps it."""
        return {
            "title": self.title.strip(),
            "how": self.how,
            "tools": self.tools.strip(),
            "money": _amount(self.money),
            "currency": self.currency,
            "hours": _amount(self.hours),
            "safety_class": str(self.safety_class),
            "readings": [reading.content() for reading in self.readings if reading.label.strip()],
        }


def content_of_test(test: DiagnosticTest) -> Content:
    """What a test says now, as a revision keeps it."""
    return {
        "title": test.title,
        "how": test.how,
        "tools": test.tools,
        "money": _amount(test.money),
        "currency": test.currency,
        "hours": _amount(test.hours),
        "safety_class": test.safety_class,
        "readings": [
            {
                "reading": reading.pk,
                "label": reading.label,
                "points": {
                    str(pointer.remedy_id): pointer.strength
                    for pointer in sorted(reading.pointers.all(), key=lambda each: each.remedy_id)
                },
            }
            for reading in test.readings.prefetch_related("pointers")
        ],
    }


def draft_of_test(content: Mapping[str, Any]) -> TestDraft:
    """The draft that a revision of a test keeps."""
    return TestDraft(
        title=content["title"],
        how=content["how"],
        tools=content["tools"],
        money=Decimal(content["money"]),
        currency=content["currency"],
        hours=Decimal(content["hours"]),
        safety_class=content["safety_class"],
        readings=tuple(
            ReadingDraft(
                pk=row["reading"],
                label=row["label"],
                points={int(key): value for key, value in row["points"].items()},
            )
            for row in content["readings"]
        ),
    )


def problem_content(problem: Problem) -> Content:
    """What a problem says now, as a revision keeps it."""
    return {
        "product": problem.product_id,
        "component": problem.component_id,
        "title": problem.title,
        "symptom": problem.symptom,
        "code_text": problem.code_text,
        "language": problem.language,
    }


def fix_content(fix: Fix) -> Content:
    """What a fix says now, as a revision keeps it."""
    return {
        "component": fix.component_id,
        "title": fix.title,
        "summary": fix.summary,
        "cause": fix.cause,
        "first_check": fix.first_check,
        "steps": fix.steps,
        "tools": fix.tools,
        "cost": _amount(fix.cost),
        "currency": fix.currency,
        "hours": _amount(fix.hours),
        "difficulty": fix.difficulty,
        "safety_class": fix.safety_class,
        "language": fix.language,
        "parts": [
            {
                "name": part.name,
                "number": part.number,
                "replaced_by": part.replaced_by,
                "price": _amount(part.price),
                "quantity": part.quantity,
            }
            for part in fix.parts.all()
        ],
    }


def outcome_content(outcome: Outcome) -> Content:
    """What an outcome says now, as a revision keeps it; its history is public, so private fields are left out."""
    return outcome_content_alone(outcome) | {
        "also_remedies": sorted(remedy.pk for remedy in outcome.also_remedies.all()),
        "readings_taken": sorted(row.reading_id for row in outcome.reported_readings.all()),
    }


def outcome_content_alone(outcome: Outcome) -> Content:
    """The same without the remedies changed at the same time, of an outcome that is not stored yet."""
    return {
        "product": outcome.product_id,
        "result": outcome.result,
        "cause_found": outcome.cause_found,
        "proof": outcome.proof,
        "part_number": outcome.part_number,
        "also_changed": outcome.also_changed,
        "procedure_followed": outcome.procedure_followed,
        "money": _amount(outcome.money),
        "currency": outcome.currency,
        "hours": _amount(outcome.hours),
        "usage": outcome.usage,
        "usage_unit": outcome.usage_unit,
        "done_by": outcome.done_by,
        "happened_on": outcome.happened_on.isoformat(),
        "came_back_on": outcome.came_back_on.isoformat() if outcome.came_back_on else None,
        "harm": outcome.harm,
        "note": outcome.note,
    }


def problem_draft(content: Mapping[str, Any]) -> ProblemDraft:
    """The draft that a revision of a problem keeps."""
    return ProblemDraft(
        product=Product.objects.get(pk=content["product"]),
        component=_component(content),
        title=content["title"],
        symptom=content["symptom"],
        code_text=content["code_text"],
        language=content["language"],
    )


def fix_draft(content: Mapping[str, Any]) -> FixDraft:
    """The draft that a revision of a fix keeps."""
    return FixDraft(
        component=_component(content),
        title=content["title"],
        summary=content["summary"],
        cause=content["cause"],
        first_check=content["first_check"],
        steps=content["steps"],
        tools=content["tools"],
        cost=_decimal(content["cost"]),
        currency=content["currency"],
        hours=_decimal(content["hours"]),
        difficulty=content["difficulty"],
        safety_class=content["safety_class"],
        language=content["language"],
        parts=tuple(
            PartDraft(
                name=part["name"],
                number=part["number"],
                replaced_by=part.get("replaced_by", ""),
                price=None if part["price"] is None else Decimal(part["price"]),
                quantity=part["quantity"],
            )
            for part in content["parts"]
        ),
    )


def _component(content: Mapping[str, Any]) -> Component | None:
    pk = content["component"]
    return Component.objects.filter(pk=pk).first() if pk else None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _amount(value: Decimal | None) -> str | None:
    """An amount with two places, so that 60 and 60.00 are no difference."""
    return None if value is None else f"{Decimal(value):.2f}"
