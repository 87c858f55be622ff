"""Lists that are shipped with the site: the components that most products share."""

import csv
from pathlib import Path

from products.actions.load_components import ComponentEntry

_COMPONENTS = Path(__file__).with_name("components.csv")


def seed_components() -> list[ComponentEntry]:
    """The shipped components, parents first."""
    with _COMPONENTS.open(encoding="utf-8", newline="") as file:
        return [
            ComponentEntry(
                names=tuple(part.strip() for part in row["path"].split(">")),
                safety_class=row["safety_class"],
                aliases=tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip()),
            )
            for row in csv.DictReader(file)
        ]
