"""Official flat files: tab-separated, no quotes, no header, in latin-1 or UTF-8; a line is a row."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from products.errors import FileRefused
from products.importers.files import LARGEST_TEXT, LONGEST_LINE, opened_bytes, read_rows

_FEWEST_TABS = 3
_MARK = b"\xef\xbb\xbf"


def read_flat_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row with its line, of a flat file, or of a CSV where the first line holds no tabs; plain or gzipped.

    Raises FileRefused, with the line where there is one, for a file that cannot be read to its end.
    """
    with opened_bytes(path) as lines:
        first = lines.readline(LONGEST_LINE + 1)
        is_flat = first.count(b"\t") >= _FEWEST_TABS
        if is_flat:
            yield from _rows(_all_lines(first, lines.readline), path.name)
    if not is_flat:
        yield from read_rows(path)


def _all_lines(first: bytes, read: Callable[[int], bytes]) -> Iterator[bytes]:
    yield first.removeprefix(_MARK)
    while line := read(LONGEST_LINE + 1):
        yield line


def _rows(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, list[str]]]:
    total = 0
    for number, line in enumerate(lines, start=1):
        total += len(line)
        if len(line) > LONGEST_LINE:
            raise FileRefused(f"{name}, line {number}: longer than {LONGEST_LINE:,} characters.")
        if b"\0" in line:
            raise FileRefused(f"{name}, line {number}: a NUL byte, so it is no text file.")
        if total > LARGEST_TEXT:
            raise FileRefused(f"{name} unpacks to more than {LARGEST_TEXT:,} characters.")
        yield number, _text(line).rstrip("\r\n").split("\t")


def _text(line: bytes) -> str:
    """A line as text: latin-1 is what the publisher says, UTF-8 what some of the files are."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
