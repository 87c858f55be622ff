"""Example data of the style guide; the plan's own is in `styleguide_plan`. Names are invented."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import segno
from django import forms
from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Organisation
from wiki.views.styleguide_plan import (
    BATTERY,
    COMPUTER,
    HERE,
    MONEY,
    ORDERS,
    OTHER_STATES,
    STRAP,
    SWITCH,
    SWITCH_WHY,
    Example,
    group,
)

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


HITS: list[Example] = [
    {
        "url": "#",
        "title": "Gearbox fault on the display, brake lights stay on",
        "context": "Your car. 84 sightings.",
        "codes": ["P0571", "P0504"],
        "words": mark_safe(
            "“…<b>gearbox fault</b> on the dash and the <b>brake light stays on</b> even with the key out…”"
        ),
        "first": {**SWITCH, "title": "Replace the brake light switch", "worked": 7, "total": 9, "saving": 1525},
    },
    {
        "url": "#",
        "title": "“Trans Fault” in cold weather, clears after a restart",
        "context": "Your car. 9 sightings.",
        "codes": ["P0715"],
        "words": mark_safe("“…<b>gearbox fault</b> below freezing, limp mode, then fine all day…”"),
        "first": {
            **COMPUTER,
            "title": "Update the gearbox software",
            "few": False,
            "q": 0.6,
            "low": 0.4,
            "high": 0.8,
            "worked": 4,
            "total": 6,
            "cost": 180,
            "saving": None,
        },
    },
    {
        "url": "#",
        "title": "High-level brake light glows faintly",
        "context": "Range Rover, any year. 5 sightings",
        "words": mark_safe("“…<b>brake light stays on</b>, only the top one, only at night…”"),
        "first": {**STRAP, "title": "Clean the tailgate earth point", "cost": 15, "saving": None},
    },
]

LANE: list[Example] = [
    {
        "kind": "Recall",
        "number": "26V-118",
        "open_recall": True,
        "title": "Brake booster may lose assistance",
        "url": "#",
        "sub": "Land Rover, 3 Mar 2026, may apply",
    },
    {
        "kind": "Diagnostic procedure",
        "title": "P0571, stop lamp switch circuit",
        "url": "#",
        "sub": "Land Rover, 12 Feb 2005, in force. Worked for 1 of 3",
    },
    {
        "kind": "Service bulletin",
        "number": "2004-307",
        "title": "Gearbox control software, cold start",
        "url": "#",
        "sub": "Land Rover, 2004, replaced by 2006-112",
    },
]


@dataclass(frozen=True)
class Line:
    """One line of a diff."""

    change: str
    text: str


def _qr(address: str) -> SafeString:
    """The QR code of an address as SVG without fixed size, so that print decides its millimetres."""
    drawing = segno.make(address, error="m").svg_inline(border=2, omitsize=True, light="#fff")
    return mark_safe(drawing)  # noqa: S308 (segno drew it, of a fixed address)


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
        "organisations": [
            Organisation(kind=kind, name=name, slug=slug, verified_at=datetime(2026, 1, 1, tzinfo=UTC))
            for kind, name, slug in (
                ("manufacturer", "Land Rover", "land-rover"),
                ("workshop", "Aldous Garage", "aldous-garage"),
                ("supplier", "Lucas Parts", "lucas-parts"),
            )
        ],
        "groups": [
            ("a professional, four owners, one failure", HERE, "fix"),
            ("partly, by both", group("owners", professional=(1, 1, 1), owner=(1, 1, 1)), "fix"),
            ("official", group("owners", professional=(1, 0, 0), owner=(1, 1, 2)), "official"),
            ("above twelve: words only", group("owners", owner=(19, 0, 4)), "fix"),
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
        "empty_actions": [
            {"label": "Describe your problem", "url": "#"},
            {"label": "Search every product", "url": "#"},
        ],
        "form": ExampleForm(),
        "refused": refused,
        "comments": [
            {
                "key": 1,
                "name": "rob_dt",
                "who": "owner",
                "about": "3.0 Td6, 2005",
                "date": date(2026, 6, 14),
                "useful": 9,
                "html": (
                    "<p>If your cruise control works, look elsewhere first. In all of ours "
                    "cruise was dead, because it reads the same switch.</p>"
                ),
                "reply_url": "#",
                "flag_url": "#",
            },
            {
                "key": 2,
                "name": "Aldous Garage",
                "who": "professional",
                "about": "workshop, Leeds",
                "date": date(2026, 6, 16),
                "html": (
                    "<p>Agreed, with one caution. Adjust the new switch with the pedal "
                    "<em>fully up</em> before turning it in, or it sticks again within a "
                    "month.</p>"
                ),
                "reply_url": "#",
            },
            {
                "key": 3,
                "name": "M. Okafor, manufacturer’s staff",
                "who": "official",
                "date": date(2026, 7, 2),
                "reply": True,
                "html": (
                    "<p>We have passed this to our diagnostics team. The procedure does not "
                    "yet ask for a switch signal test.</p>"
                ),
            },
            {
                "key": 4,
                "name": "member",
                "who": "member",
                "date": date(2026, 7, 3),
                "hidden_reason": "Hidden after three flags; waiting for review.",
            },
        ],
        "diff": [
            Line("same", "Ignition on, pedal up, engine off."),
            Line("removed", "Turn the switch anticlockwise and pull."),
            Line("added", "Press the pedal once, let it come fully up, then turn the switch anticlockwise and pull."),
        ],
        "photo": {
            "url": "/static/img/example-switch.svg",
            "width": 320,
            "height": 200,
            "alt": "Brake light switch above the pedal",
            "caption": "The switch, seen from the footwell.",
            "by": "rob_dt",
        },
        "qr": _qr("https://fixlore.example/s/7KQ4"),
        "today": date(2026, 11, 22),
    }
