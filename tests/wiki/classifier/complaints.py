"""Complaints made up for the tests, in the official columns."""

import csv
import itertools
from pathlib import Path

SAID = {
    "SERVICE BRAKES, HYDRAULIC:ANTILOCK": (
        "the brake pedal went to the floor",
        "the brakes grind when stopping",
        "the ABS light is on and it will not stop",
        "brake fluid leaks from the caliper",
        "the rotors are warped and braking shakes",
    ),
    "STEERING": (
        "the steering wheel locked up",
        "power steering assist was lost in a turn",
        "the steering feels loose and wanders",
        "the tie rod broke and it would not steer",
        "the steering rack clunks",
    ),
    "EXTERIOR LIGHTING:HEADLIGHTS": (
        "the headlights are too dim to see",
        "both low beams went out",
        "the headlamp filled with water",
        "the bulb of the headlight burns out every month",
        "the lights flicker and go dark",
    ),
}
SITUATIONS = (
    "while driving to work",
    "on the highway at 60 mph",
    "after the dealer looked at it",
    "with 40,000 miles on the car",
    "twice this week",
    "in the rain",
    "and the manufacturer does nothing",
    "as soon as it is cold",
)


def write_complaints(path: Path) -> Path:
    """Forty texts a component, numbered; some of two rows, some of unknown component."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["ODINO", "CDESCR", "COMPDESC"])
        number = itertools.count(1)
        for component, said in SAID.items():
            for words, situation in itertools.product(said, SITUATIONS):
                table.writerow([next(number), f"I noticed that {words} {situation}.", component])
        table.writerow([next(number), "It makes me unhappy and nobody answers my calls.", "UNKNOWN OR OTHER"])
    return path
