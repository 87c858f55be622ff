"""Example data of the style guide: the founding case as judgement prescribes it, and every other state once.

The figures follow the worked example of the judgement (525 expected against 2,050); names are invented.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import segno
from django import forms
from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString, mark_safe

Example = dict[str, Any]

COLOURS = [
    ("paper", "ground"),
    ("ink", "text"),
    ("ink-2", "secondary text"),
    ("ink-3", "smallest labels"),
    ("rule", "hairlines"),
    ("control", "borders of controls"),
    ("mark", "the answer, and nothing else"),
    ("fix", "community, money saved"),
    ("fix-2", "interval bars"),
    ("maker", "official"),
    ("maker-2", "official intervals"),
    ("danger", "red class, alerts"),
    ("warn", "safety notice"),
]


class ExampleForm(forms.Form):
    """A form with each kind of control, some of them refused."""

    title = forms.CharField(
        label="What is it doing?", help_text="As you would say it to a friend. One symptom, not a guess at the cause."
    )
    product = forms.CharField(label="On which product?", help_text="Make, model and year are enough.")
    words = forms.CharField(label="Tell more", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    result = forms.ChoiceField(
        label="How did it go?",
        widget=forms.RadioSelect,
        choices=[
            ("worked", "It worked"),
            ("partly", "It worked partly"),
            ("failed", "It did not work"),
            ("worse", "It made it worse"),
        ],
    )
    cost = forms.DecimalField(
        label="What did you pay?",
        help_text="In US dollars, parts and labour.",
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
    )
    safety = forms.ChoiceField(
        label="Safety class", choices=[("green", "Green"), ("amber", "Amber"), ("red", "Red")], required=False
    )
    agree = forms.BooleanField(label="I agree that this is published under CC BY-SA 4.0")


def _group(label: str = "", *, professional: tuple[int, int, int] = (0, 0, 0), owner: tuple[int, int, int] = (0, 0, 0)) -> Example:
    """A group of reports: worked, partly and failed by professionals and by owners."""
    return {
        "label": label,
        **dict(zip(("professional_worked", "professional_partly", "professional_failed"), professional, strict=True)),
        **dict(zip(("owner_worked", "owner_partly", "owner_failed"), owner, strict=True)),
    }


HERE = _group("owners and a workshop, this car", professional=(1, 0, 0), owner=(4, 0, 1))
SIBLING = _group("on the sibling engine", owner=(2, 0, 1))

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
            "group": _group(owner=(2, 0, 1)),
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
    "why": {**SWITCH_WHY, "question": "Why untested?", "levels": SWITCH_WHY["levels"][:1], "reports": [], "conclusion": ""},
}
BATTERY: Example = {
    "key": "battery",
    "rank": 3,
    "title": "Replace the battery",
    "url": "#",
    "kind": "fix",
    "few": True,
    "summary": "Measure it first: above 12.4 V after a night at rest, skip this step.",
    "reports": [_group("owners, this car", owner=(1, 0, 2))],
    "q": 0.292,
    "low": 0.08,
    "high": 0.54,
    "chance_note": "3 reports; a figure needs five",
    "cost": 190,
    "hours": 0.33,
    "hours_note": "at home",
    "saving": 110,
    "outcome_url": "#",
}
COMPUTER: Example = {
    "key": "computer",
    "rank": 4,
    "title": "Replace the body computer",
    "url": "#",
    "kind": "official",
    "summary": mark_safe(
        'Land Rover procedure for <span class="code">P0571</span>: condemn the body control module after a wiring check.'
    ),
    "reports": [_group("owners, this car", owner=(1, 0, 2))],
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
    "read_label": "Official text",
    "few": True,
}

OTHER_STATES: list[Example] = [
    {**BATTERY, "key": "early", "rank": 1, "few": False, "early": True, "title": "Reseat connector C312", "q": 0.55,
     "low": 0.26, "high": 0.83, "chance_note": "6 reports", "reports": [_group("owners", owner=(3, 1, 2))]},
    {**BATTERY, "key": "disputed", "rank": 2, "few": False, "disputed": True, "title": "Update the gearbox software",
     "reports": [_group("owners", owner=(9, 0, 8))], "q": 0.5, "low": 0.36, "high": 0.64, "chance_note": "17 reports"},
    {**BATTERY, "key": "stale", "rank": 3, "few": False, "stale": True, "title": "Fit the revised relay", "q": 0.6,
     "low": 0.4, "high": 0.8, "reports": [_group("owners", owner=(4, 0, 2))], "chance_note": "last report May 2023"},
    {**BATTERY, "key": "tried", "rank": 4, "tried": True, "title": "Charge the battery overnight"},
    {**BATTERY, "key": "superseded", "rank": 5, "superseded": True, "superseded_by": "recall 26V-118",
     "superseded_url": "#", "title": "Bend the bracket back"},
    {**BATTERY, "key": "dangerous", "rank": 6, "dangerous": True, "title": "Bridge the pedal switch with a wire",
     "danger_reason": "The brake lights go dark without warning. A moderator is reviewing it.", "untested": True, "few": False,
     "reports": [], "chance_note": ""},
]  # fmt: skip

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
            {"count": 20, "shape": "square", "filling": "full", "text": "go on to the body computer", "amount": "$1,787 or more"},
        ],
    },
    {
        "title": "Official remedy first",
        "groups": [
            {"count": 43, "shape": "square", "filling": "full", "text": "fixed by the body computer", "amount": "after $1,527"},
            {"count": 57, "shape": "square", "filling": "hollow", "text": "have paid and still have the fault", "amount": "$1,527, more to come"},
        ],
    },
]  # fmt: skip

HITS: list[Example] = [
    {
        "url": "#",
        "title": "Gearbox fault on the display, brake lights stay on",
        "context": "Your car. 84 sightings.",
        "codes": ["P0571", "P0504"],
        "words": mark_safe("“…<b>gearbox fault</b> on the dash and the <b>brake light stays on</b> even with the key out. Cruise is dead too…”"),
        "first": {**SWITCH, "title": "Replace the brake light switch", "worked": 7, "total": 9, "saving": 1525},
    },
    {
        "url": "#",
        "title": "“Trans Fault” in cold weather, clears after a restart",
        "context": "Your car. 9 sightings.",
        "codes": ["P0715"],
        "words": mark_safe("“…<b>gearbox fault</b> below freezing, limp mode, then fine all day…”"),
        "first": {**COMPUTER, "title": "Update the gearbox software", "few": False, "q": 0.6, "low": 0.4, "high": 0.8, "worked": 4, "total": 6, "cost": 180, "saving": None},
    },
    {
        "url": "#",
        "title": "High-level brake light glows faintly",
        "context": "Range Rover, any year. 5 sightings",
        "words": mark_safe("“…<b>brake light stays on</b>, only the top one, only at night…”"),
        "first": {**STRAP, "title": "Clean the tailgate earth point", "cost": 15, "saving": None},
    },
]  # fmt: skip

LANE: list[Example] = [
    {"kind": "Recall", "number": "26V-118", "open_recall": True, "title": "Brake booster may lose assistance", "url": "#", "sub": "Land Rover, 3 Mar 2026, may apply"},
    {"kind": "Diagnostic procedure", "title": "P0571, stop lamp switch circuit", "url": "#", "sub": "Land Rover, 12 Feb 2005, in force. Worked for 1 of 3"},
    {"kind": "Service bulletin", "number": "2004-307", "title": "Gearbox control software, cold start", "url": "#", "sub": "Land Rover, 2004, replaced by 2006-112"},
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of a diff."""

    change: str
    text: str


def _qr(address: str) -> SafeString:
    """The QR code of an address as SVG without fixed size, so that print decides its millimetres."""
    return mark_safe(segno.make(address, error="m").svg_inline(border=2, omitsize=True, light="#fff"))


def _second_page() -> Page[int]:
    return Paginator(list(range(60)), 20).page(2)


def examples() -> Example:
    """Everything that the style guide shows."""
    refused = ExampleForm({"title": "", "product": "Range Rover 2004", "words": "It began in May.", "cost": "seventy"})
    return {
        "demonstration": True,
        "colours": COLOURS,
        "money": MONEY,
        "money_early": {**MONEY, "early": True, "basis": "three reports so far"},
        "money_no_official": {"today": 25, "likely": 95, "worst": 240, "official": None, "currency": "USD"},
        "verdict_actions": [
            {"label": "Show this to my dealer", "url": "sheet/", "icon": "print"},
            {"label": "I have this too", "url": "#"},
        ],
        "rows": [SWITCH, STRAP, BATTERY, COMPUTER],
        "other_rows": OTHER_STATES,
        "orders": ORDERS,
        "hits": HITS,
        "lane": LANE,
        "groups": [
            ("a professional, four owners, one failure", HERE, "fix"),
            ("partly, by both", _group("owners", professional=(1, 1, 1), owner=(1, 1, 1)), "fix"),
            ("official", _group("owners", professional=(1, 0, 0), owner=(1, 1, 2)), "official"),
            ("above twelve: words only", _group("owners", owner=(19, 0, 4)), "fix"),
        ],
        "plots": [
            ("a community fix", 0.723, 0.55, 0.88, "fix", False),
            ("an official remedy", 0.429, 0.2, 0.67, "official", False),
            ("an untested fix", 0.25, 0.02, 0.58, "fix", True),
            ("an untested official remedy", 0.5, 0.2, 0.8, "official", True),
            ("at the edge", 0.98, 0.93, 1.0, "fix", False),
        ],
        "switch_why": SWITCH_WHY,
        "series": [("2020", 3), ("2021", 3), ("2022", 5), ("2023", 6), ("2024", 8), ("2025", 11), ("2026", 46)],
        "crumbs": [
            {"label": "Cars", "url": "#"},
            {"label": "Land Rover", "url": "#"},
            {"label": "Range Rover", "url": "#"},
            {"label": "L322, 2002 to 2012", "url": "#"},
            {"label": "2004", "url": "#"},
            {"label": "4.4 V8"},
        ],
        "page": _second_page(),
        "empty_actions": [{"label": "Describe your problem", "url": "#"}, {"label": "Search every product", "url": "#"}],
        "form": ExampleForm(),
        "refused": refused,
        "comments": [
            {"key": 1, "name": "rob_dt", "who": "owner", "about": "3.0 Td6, 2005", "date": date(2026, 6, 14), "useful": 9,
             "html": "<p>If your cruise control works, look elsewhere first. In all of ours cruise was dead, because it reads the same switch.</p>",
             "reply_url": "#", "flag_url": "#"},
            {"key": 2, "name": "Aldous Garage", "who": "professional", "about": "workshop, Leeds", "date": date(2026, 6, 16),
             "html": "<p>Agreed, with one caution. Adjust the new switch with the pedal <em>fully up</em> before turning it in, or it sticks again within a month.</p>",
             "reply_url": "#"},
            {"key": 3, "name": "M. Okafor, manufacturer’s staff", "who": "official", "date": date(2026, 7, 2), "reply": True,
             "html": "<p>We have passed this to our diagnostics team. The procedure does not yet ask for a switch signal test.</p>"},
            {"key": 4, "name": "member", "who": "member", "date": date(2026, 7, 3), "hidden_reason": "Hidden after three flags; waiting for review."},
        ],
        "diff": [
            Line("same", "Ignition on, pedal up, engine off."),
            Line("removed", "Turn the switch anticlockwise and pull."),
            Line("added", "Press the pedal once, let it come fully up, then turn the switch anticlockwise and pull."),
        ],
        "photo": {"url": "/static/img/example-switch.svg", "width": 320, "height": 200, "alt": "Brake light switch above the pedal",
                  "caption": "The switch, seen from the footwell.", "by": "rob_dt"},
        "qr": _qr("https://fixlore.example/s/7KQ4"),
        "today": date(2026, 11, 22),
    }  # fmt: skip
