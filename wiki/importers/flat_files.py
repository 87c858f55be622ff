"""Official flat files (tab-separated, latin-1, no quotes) as the CSV in UTF-8 that the engine of imports reads."""

import csv
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from products.errors import FileRefused
from products.importers.files import LONGEST_LINE

_GZIP = b"\x1f\x8b"


def as_csv(path: Path, folder: Path) -> Path:
    """The file itself when it is no tab-separated one, else a CSV of the same name, line for line, in the folder.

    Raises FileRefused, with the line, for a NUL byte or a line that is too long.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            lines = cast("IO[bytes]", gzip.open(raw) if packed else raw)  # noqa: SIM115 (closed with raw)
            first = lines.readline(LONGEST_LINE)
            if first.count(b"\t") <= first.count(b",") or first.startswith((b"\xff\xfe", b"\xfe\xff", b"PK")):
                return path
            lines.seek(0)
            target = folder / path.name
            with target.open("w", encoding="utf-8", newline="") as made:
                _copy(lines, csv.writer(made).writerow, path.name)
            return target
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused(f"{path.name} cannot be read to its end: {error}.") from error


def _copy(lines: IO[bytes], write: Callable[[list[str]], object], name: str) -> None:
    number = 0
    while line := lines.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise FileRefused(f"{name}, line {number}: longer than {LONGEST_LINE:,} characters.")
        if b"\0" in line:
            raise FileRefused(f"{name}, line {number}: a NUL byte, so it is no text file.")
        # A lone carriage return inside a text would break the line in the CSV.
        write(line.decode("latin-1").rstrip("\r\n").replace("\r", " ").split("\t"))
