"""An example of every operation, for the document and its page: the founding case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Example:
    """What is asked (`query` of the address, numbers `at` its places, `body`) and what is answered."""

    answer: Any = None
    query: str = ""
    at: dict[str, int] = field(default_factory=dict)
    body: dict[str, Any] | None = None


_LAST = {"next_after": None, "next": None}
_PRODUCT = {
    "id": 12,
    "path": "cars/land-rover/range-rover/l322/2004",
    "name": "2004",
    "full_name": "2004 Land Rover Range Rover L322",
    "kind": "year",
    "parent": 11,
    "year_from": 2004,
    "year_to": 2004,
    "url": "/p/cars/land-rover/range-rover/l322/2004/",
}
_MAKE = {
    "id": 9,
    "path": "cars/land-rover",
    "name": "Land Rover",
    "full_name": "Land Rover",
    "kind": "make",
    "parent": 1,
    "year_from": None,
    "year_to": None,
    "url": "/p/cars/land-rover/",
}
_COMPONENT = {
    "id": 31,
    "slug": "brake-light-switch",
    "name": "Brake light switch",
    "parent": 30,
    "safety_class": "amber",
    "url": "/component/brake-light-switch/",
}
_CODE = {
    "id": 77,
    "code": "P0571",
    "base": "P0571",
    "module": "",
    "make": None,
    "description": "Brake switch A circuit",
    "source": "SAE J2012",
}
_DIAGNOSTIC = {
    "id": 5,
    "kind": "procedure",
    "publisher": "Land Rover",
    "number": "LTB00123",
    "title": "Gearbox fault with brake light fault",
    "situation": "GEARBOX FAULT is shown and the brake lights stay on.",
    "cause": "Body computer.",
    "action": "Replace the body computer and code it.",
    "consequence": "",
    "market": "US",
    "issued_on": "2005-03-01",
    "effective_from": "2005-03-01",
    "effective_until": None,
    "superseded_by": None,
    "park_it": False,
    "park_outside": False,
    "remedy": 3,
    "remedy_title": "Replace the body computer",
    "remedy_cost": "1500.00",
    "remedy_currency": "USD",
    "remedy_hours": "3.00",
    "products": ["cars/land-rover/range-rover"],
    "components": ["body-computer"],
    "codes": ["P0571"],
    "document": "",
    "url": "/official/5-gearbox-fault-with-brake-light-fault/",
}
_PROBLEM = {
    "id": 1,
    "title": "Gearbox fault, brake light stays on",
    "symptom": "The display says GEARBOX FAULT, the brake lights stay on.",
    "product": "cars/land-rover/range-rover/l322",
    "product_name": "Land Rover Range Rover L322",
    "component": "brake-light-switch",
    "codes": ["P0571"],
    "sightings": 14,
    "fixes": 3,
    "official_diagnostics": [5],
    "duplicate_of": None,
    "demonstration": False,
    "created_at": "2026-05-02T09:12:00+00:00",
    "updated_at": "2026-05-02T09:12:00+00:00",
    "url": "/problem/1-gearbox-fault-brake-light-stays-on/",
    "licence": "CC BY-SA 4.0",
}
_FIX = {
    "id": 1,
    "problem": 1,
    "remedy": 1,
    "title": "Replace the brake light switch",
    "summary": "A 60 dollar switch above the pedal.",
    "cause": "Its contacts stick.",
    "first_check": "Pull the pedal up by hand: do the lights go out?",
    "steps": "1. Unclip the switch above the pedal.\n2. Turn it a quarter and put the new one in.",
    "tools": "",
    "cost": "60.00",
    "currency": "USD",
    "hours": "0.50",
    "difficulty": "easy",
    "safety_class": "amber",
    "component": "brake-light-switch",
    "parts": [
        {"name": "Brake light switch", "number": "XKB500110", "replaced_by": "", "price": "60.00", "quantity": 1}
    ],
    "dangerous": False,
    "updated_at": "2026-05-02T10:00:00+00:00",
    "url": "/fix/1-replace-the-brake-light-switch/",
    "licence": "CC BY-SA 4.0",
}
_OUTCOME = {
    "id": 41,
    "remedy": 1,
    "product": "cars/land-rover/range-rover/l322/2004/4-4-v8",
    "result": "worked",
    "came_back_on": None,
    "tier": "professional",
    "workshop": "north-street-garage",
    "happened_on": "2026-06-11",
    "done_by": "workshop",
    "money": "64.20",
    "currency": "USD",
    "hours": "0.50",
    "usage": 121000,
    "usage_unit": "mi",
    "cause_found": "Switch sticks",
    "proof": "P0571 before, none after",
    "evidence_seen": True,
    "part_number": "XKB500110",
    "also_changed": "",
    "procedure_followed": False,
    "harm": False,
    "note": "",
    "demonstration": False,
}
_OUTCOME_IN = {
    "remedy": 1,
    "product": "cars/land-rover/range-rover/l322/2004/4-4-v8",
    "result": "worked",
    "happened_on": "2026-06-11",
    "money": "64.20",
    "hours": "0.5",
    "done_by": "workshop",
    "job_number": "J-4711",
    "cause_found": "Switch sticks",
    "proof": "P0571 before, none after",
}
_STEP = {
    "rank": 1,
    "remedy": 1,
    "kind": "fix",
    "title": "Replace the brake light switch",
    "url": "/fix/1-replace-the-brake-light-switch/",
    "chance": {
        "estimate": 0.723,
        "low": 0.55,
        "high": 0.88,
        "worked": 9,
        "reports": 11,
        "proven": True,
        "confirmed": True,
    },
    "cost": 69.7,
    "saving": 1391,
    "safety_class": "amber",
    "dangerous": False,
    "superseded": False,
    "why": ["confirmed"],
}

_PLAN = {
    "problem": 1,
    "product": "cars/land-rover/range-rover/l322",
    "currency": "USD",
    "verdict": "Replace the brake light switch first.",
    "support": "About $70; it worked for 9 of 11 who reported.",
    "safety": {
        "verdict": "carry_on",
        "reasons": ["Take care: the work is near parts that matter for safety or can hurt."],
    },
    "money": {"today": 69.7, "likely": 525.0, "worst": 2690.0, "official": 2050.0, "saving": 1525},
    "steps": [_STEP],
    "url": "/problem/1-gearbox-fault-brake-light-stays-on/?way=workshop&quote=1500",
}
_LOOKUP = {
    "product": _PRODUCT,
    "candidates": [],
    "warnings": [],
    "notes": [],
    "codes": ["P0571", "P0504"],
    "unexplained": ["P0504"],
    "meanings": [
        {"code": "P0571", "description": "Brake switch A circuit", "make": "Land Rover", "source": "SAE J2012"},
    ],
    "finding": {
        "problem": 1,
        "complaint": "Gearbox fault, brake light stays on",
        "cause": "Its contacts stick.",
        "correction": "Replace the brake light switch",
        "before_you_replace": {
            "official": "Replace the body computer",
            "official_cost": 1563.0,
            "first": "Replace the brake light switch",
            "first_cost": 69.7,
            "saving": 1525,
        },
        "plan": _PLAN,
        "remedies": [
            {
                "remedy": 1,
                "title": "Replace the brake light switch",
                "workshops": {"worked": 3, "partly": 0, "failed": 0, "reports": 3},
                "owners": {"worked": 6, "partly": 0, "failed": 2, "reports": 8},
                "parts": [
                    {
                        "name": "Brake light switch",
                        "number": "XKB500110",
                        "replaced_by": "",
                        "price": "60.00",
                        "quantity": 1,
                        "currency": "USD",
                        "used": 4,
                    }
                ],
                "succeeded": 9,
                "came_back": 0,
            }
        ],
        "proof": [
            {
                "result": "failed",
                "by": "jens_w, 2004 4.4 V8, Apr 2026",
                "workshop": None,
                "words": "A broken wire it was.",
            }
        ],
        "readings": [
            {
                "test": "Unplug the brake light switch",
                "reading": "The fault goes",
                "remedy": "Replace the brake light switch",
                "right": 4,
                "total": 4,
            }
        ],
        "mileage": [{"band": "under 30,000 miles", "sightings": 0}, {"band": "over 150,000 miles", "sightings": 4}],
        "band": None,
        "official_diagnostic": {
            "number": "LTB00123",
            "title": "Gearbox fault with brake light fault",
            "texts": ["GEARBOX FAULT is shown and the brake lights stay on.", "Replace the body computer and code it."],
            "url": "/official/5-gearbox-fault-with-brake-light-fault/",
        },
        "url": "/problem/1-gearbox-fault-brake-light-stays-on/?product=cars/land-rover/range-rover/l322/2004",
        "sheet_url": "/fix/1-replace-the-brake-light-switch/sheet/",
        "demonstration": False,
    },
    "others": [],
    "official": [
        {
            "kind": "Diagnostic procedure",
            "number": "LTB00123",
            "title": "Gearbox fault with brake light fault",
            "open_recall": False,
            "url": "/official/5-gearbox-fault-with-brake-light-fault/",
        }
    ],
}

EXAMPLES: dict[str, Example] = {
    "look_up": Example(body={"vin": "SALLMAMH44A123456", "codes": ["P0571", "P0504"]}, answer=_LOOKUP),
    "search": Example(
        query="?q=range+rover+gearbox+fault+brake+light+stays+on",
        answer={
            "count": "1 problem",
            "scope": "cars/land-rover/range-rover",
            "notes": [],
            "problems": [
                {
                    "id": 1,
                    "title": "Gearbox fault, brake light stays on",
                    "product": "cars/land-rover/range-rover/l322",
                    "codes": ["P0571"],
                    "first_step": {
                        "title": "Replace the brake light switch",
                        "kind": "fix",
                        "worked": 9,
                        "reports": 11,
                        "cost": 69.7,
                        "saving": 1391,
                        "url": "/fix/1-replace-the-brake-light-switch/",
                    },
                    "why": ["It holds “gearbox”, “fault”, “brake” and “light”."],
                    "url": "/problem/1-gearbox-fault-brake-light-stays-on/",
                }
            ],
            "official": [],
            "page": 1,
            "pages": 1,
            "url": "/search/?q=range+rover+gearbox+fault+brake+light+stays+on",
        },
    ),
    "list_products": Example(query="?name=2004+Land+Rover", answer={"items": [_PRODUCT], **_LAST}),
    "get_product": Example(at={"id": 12}, answer=_PRODUCT),
    "list_components": Example(query="?name=brake+light", answer={"items": [_COMPONENT], **_LAST}),
    "get_component": Example(at={"id": 31}, answer=_COMPONENT),
    "list_codes": Example(query="?code=P0571-00", answer={"items": [_CODE], **_LAST}),
    "list_official_diagnostics": Example(
        query="?product=cars/land-rover/range-rover", answer={"items": [_DIAGNOSTIC], **_LAST}
    ),
    "get_official_diagnostic": Example(at={"id": 5}, answer=_DIAGNOSTIC),
    "read_vin": Example(
        body={"vin": "SALLMAMH44A123456"},
        answer={
            "maker": "Land Rover",
            "country": "United Kingdom",
            "years": [2004],
            "warnings": [],
            "makes": [_MAKE],
            "candidates": [_PRODUCT],
        },
    ),
    "list_problems": Example(query="?code=P0571", answer={"items": [_PROBLEM], **_LAST}),
    "get_problem": Example(at={"id": 1}, answer=_PROBLEM),
    "get_plan": Example(
        at={"id": 1},
        query="?way=workshop&quoted_price=1500",
        answer=_PLAN,
    ),
    "list_fixes": Example(query="?problem=1", answer={"items": [_FIX], **_LAST}),
    "get_fix": Example(at={"id": 1}, answer=_FIX),
    "describe_problem": Example(
        body={
            "title": "Gearbox fault, brake light stays on",
            "symptom": "The display says GEARBOX FAULT, the brake lights stay on.",
            "product": "cars/land-rover/range-rover/l322",
            "codes": "P0571",
        },
        answer=_PROBLEM,
    ),
    "propose_fix": Example(
        body={
            "problem": 1,
            "title": "Replace the brake light switch",
            "steps": "1. Unclip the switch above the pedal.\n2. Turn it a quarter and put the new one in.",
            "cost": "60.00",
            "hours": "0.5",
            "component": 31,
            "difficulty": "easy",
        },
        answer=_FIX,
    ),
    "list_outcomes": Example(query="?problem=1", answer={"items": [_OUTCOME], **_LAST}),
    "get_outcome": Example(at={"id": 41}, answer=_OUTCOME),
    "report_outcome": Example(body=_OUTCOME_IN, answer=_OUTCOME),
    "withdraw_outcome": Example(at={"id": 41}),
    "report_sighting": Example(
        body={"problem": 1, "product": "cars/land-rover/range-rover/l322/2004", "text": "Since the car wash."},
        answer={"id": 88, "problem": 1, "product": "cars/land-rover/range-rover/l322/2004", "seen_on": "2026-06-11"},
    ),
}
