"""Example plans of the style guide: the founding case as judgement prescribes it, and every other state once.

The figures follow the worked example of the judgement (525 expected against 2,050); names are invented.
"""

from typing import Any

from django.utils.safestring import mark_safe

Example = dict[str, Any]
Counts = tuple[int, int, int]
"""How many it worked for, partly worked for, and did not work for."""


def group(label: str = "", *, professional: Counts = (0, 0, 0), owner: Counts = (0, 0, 0)) -> Example:
    """A group of reports: worked, partly and failed by professionals and by owners."""
    results = ("worked", "partly", "failed")
    counts = {f"professional_{result}": count for result, count in zip(results, professional, strict=True)}
    counts |= {f"owner_{result}": count for result, count in zip(results, owner, strict=True)}
    return {"label": label, **counts}


HERE = group("owners and a workshop, this car", professional=(1, 0, 0), owner=(4, 0, 1))
SIBLING = group("on the sibling engine", owner=(2, 0, 1))

SWITCH_WHY: Example = {
    "question": "Why 7 in 10?",
    "levels": [
        {
            "label": "Nothing yet",
            "sub": "an unproven fix works about 1 time in 4",
            "q": 0.25,
            "low": 0.02,
            "high": 0.58,
            "untested": True,
            "after": "1 in 4",
        },
        {
            "label": "Same car, other engine",
            "sub": "L322, 2004, 4.2 SC",
            "group": group(owner=(2, 0, 1)),
            "q": 0.46,
            "low": 0.21,
            "high": 0.71,
        },
        {
            "label": "Exactly this car",
            "sub": "L322, 2004, 4.4 V8",
            "group": HERE,
            "q": 0.71,
            "low": 0.53,
            "high": 0.88,
        },
        {
            "label": "12 up-votes",
            "sub": "opinion, capped: less than one report",
            "words": "counts 0.3",
            "q": 0.723,
            "low": 0.55,
            "high": 0.88,
        },
    ],
    "conclusion": mark_safe(
        "<b>So for your car: 7 in 10.</b> The nearer a report is to your car, the more it counts. "
        "Eight times in ten the true chance lies inside the bar."
    ),
    "reports": [
        {
            "result": "failed",
            "professional": False,
            "by": "karin_h, this car, 142,000 mi, Mar 2026, receipt",
            "words": "Lights went out for a day and came back. It was the loom at the gearbox in my case.",
            "cost_words": "Paid $65.",
        },
        {
            "result": "worked",
            "professional": True,
            "by": "Aldous Garage, this car, job 20418, May 2026",
            "words": "Signal stuck at 12 V with the pedal up. New switch, codes cleared, no return in 600 miles.",
        },
    ],
    "all_url": "#",
    "all_count": 9,
}

SWITCH: Example = {
    "key": "switch",
    "rank": 1,
    "title": "Replace the brake light switch",
    "url": "#",
    "kind": "fix",
    "leads": True,
    "by_professional": True,
    "summary": mark_safe(
        'Above the brake pedal, one plug, a quarter turn. Order the revised part <span class="code">XKB500110</span>.'
    ),
    "reports": [HERE, SIBLING],
    "q": 0.723,
    "low": 0.549,
    "high": 0.88,
    "chance_note": "Confirmed: 9 verified reports",
    "cost": 69.7,
    "cost_note": "owners paid $65 to $70",
    "hours": 0.5,
    "hours_note": "at home",
    "saving": 1415,
    "outcome_url": "#",
    "trial_url": "#",
    "state": {
        "state": "confirmed",
        "why": "It worked for 8 people, 4 of them with evidence.",
        "would_change": "2 more successes, 1 of them by a professional would establish it.",
    },
    "read_label": "Steps and parts",
    "why": SWITCH_WHY,
    "why_open": True,
}
STRAP: Example = {
    "key": "strap",
    "rank": 2,
    "title": "Clean the earth strap under the carrier",
    "url": "#",
    "kind": "fix",
    "unproven": True,
    "untested": True,
    "summary": "Second because it costs almost nothing, not because it is proven.",
    "reports": [],
    "q": 0.25,
    "low": 0.02,
    "high": 0.58,
    "chance_note": "counted as 1 in 4 until someone reports",
    "cost": 25,
    "hours": 0.5,
    "hours_note": "at home",
    "outcome_url": "#",
    "trial_url": "#",
    "why": {
        **SWITCH_WHY,
        "question": "Why untested?",
        "levels": SWITCH_WHY["levels"][:1],
        "reports": [],
        "conclusion": "",
    },
}
BATTERY: Example = {
    "key": "battery",
    "rank": 3,
    "title": "Replace the battery",
    "url": "#",
    "kind": "fix",
    "few": True,
    "summary": "Measure it first: above 12.4 V after a night at rest, skip this step.",
    "reports": [group("owners, this car", owner=(1, 0, 2))],
    "q": 0.292,
    "low": 0.08,
    "high": 0.54,
    "chance_note": "3 reports; a figure needs five",
    "cost": 190,
    "hours": 0.33,
    "hours_note": "at home",
    "saving": 110,
    "outcome_url": "#",
    "trial_url": "#",
}
COMPUTER: Example = {
    "key": "computer",
    "rank": 4,
    "title": "Replace the body computer",
    "url": "#",
    "kind": "official",
    "summary": mark_safe(
        'Land Rover procedure for <span class="code">P0571</span>: '
        "condemn the body control module after a wiring check."
    ),
    "reports": [group("owners, this car", owner=(1, 0, 2))],
    "q": 0.429,
    "low": 0.2,
    "high": 0.67,
    "chance_note": "3 verified reports",
    "cost": 1527,
    "cost_note": "owners paid $1,480 to $1,640",
    "hours": 5,
    "hours_note": "workshop",
    "saving": None,
    "saving_note": "the yardstick",
    "outcome_url": "#",
    "trial_url": "#",
    "read_label": "Official text",
    "few": True,
}

OTHER_STATES: list[Example] = [
    {
        **BATTERY,
        "key": "early",
        "rank": 1,
        "few": False,
        "early": True,
        "title": "Reseat connector C312",
        "q": 0.55,
        "low": 0.26,
        "high": 0.83,
        "chance_note": "6 reports",
        "reports": [group("owners", owner=(3, 1, 2))],
    },
    {
        **BATTERY,
        "key": "disputed",
        "rank": 2,
        "few": False,
        "disputed": True,
        "title": "Update the gearbox software",
        "reports": [group("owners", owner=(9, 0, 8))],
        "q": 0.5,
        "low": 0.36,
        "high": 0.64,
        "chance_note": "17 reports",
    },
    {
        **BATTERY,
        "key": "stale",
        "rank": 3,
        "few": False,
        "stale": True,
        "title": "Fit the revised relay",
        "q": 0.6,
        "low": 0.4,
        "high": 0.8,
        "reports": [group("owners", owner=(4, 0, 2))],
        "chance_note": "last report May 2023",
    },
    {**BATTERY, "key": "tried", "rank": 4, "tried": True, "title": "Charge the battery overnight"},
    {
        **BATTERY,
        "key": "superseded",
        "rank": 5,
        "superseded": True,
        "superseded_by": "recall 26V-118",
        "superseded_url": "#",
        "title": "Bend the bracket back",
    },
    {
        **BATTERY,
        "key": "dangerous",
        "rank": 6,
        "dangerous": True,
        "title": "Bridge the pedal switch with a wire",
        "danger_reason": "The brake lights go dark without warning. A moderator is reviewing it.",
        "untested": True,
        "few": False,
        "reports": [],
        "chance_note": "",
    },
]

MONEY: Example = {
    "today": 70,
    "likely": 525,
    "worst": 2703,
    "official": 2050,
    "currency": "USD",
    "basis": "on average, your own time counted at $40 an hour",
}
ORDERS: list[Example] = [
    {
        "title": "In this order",
        "groups": [
            {"count": 72, "shape": "circle", "filling": "full", "text": "fixed by the switch", "amount": "after $70"},
            {"count": 8, "shape": "circle", "filling": "hollow", "text": "by the battery", "amount": "$260"},
            {
                "count": 20,
                "shape": "square",
                "filling": "full",
                "text": "go on to the body computer",
                "amount": "$1,787 or more",
            },
        ],
    },
    {
        "title": "Official remedy first",
        "groups": [
            {
                "count": 43,
                "shape": "square",
                "filling": "full",
                "text": "fixed by the body computer",
                "amount": "after $1,527",
            },
            {
                "count": 57,
                "shape": "square",
                "filling": "hollow",
                "text": "have paid and still have the fault",
                "amount": "$1,527, more to come",
            },
        ],
    },
]
