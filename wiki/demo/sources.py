"""The files of the demonstration data."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CATALOGUES = ("range_rover", "cars", "household")

Table = dict[str, Any]


def people() -> Table:
    """Organisations and people."""
    return _read("people")


def catalogues() -> list[Table]:
    """Products, fault codes and problems, a table a file."""
    return [_read(name) for name in CATALOGUES]


def _read(name: str) -> Table:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
