"""How many people stand behind a figure at least, before it leaves the page that names them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AggregateRules:
    """The bound of every aggregate that is exported or shown to a manufacturer, as the community has set it."""

    least_people: int = field(
        default=5,
        metadata={
            "unit": "people",
            "help": "A figure about people is exported, or shown in a console, from so many on.",
            "least": 1,
        },
    )


def shown(count: int, rules: AggregateRules) -> int | None:
    """The count where it may be told, 0 included, since it tells of nobody; None where it stands for too few."""
    return count if count == 0 or count >= rules.least_people else None
