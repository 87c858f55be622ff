"""Reading an official CSV file, plain or gzipped, that may be broken or hostile: every fault is one sentence."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from products.errors import FileRefused

LONGEST_LINE = 1_000_000
LONGEST_FIELD = 100_000
LARGEST_TEXT = 4_000_000_000
_GZIP = b"\x1f\x8b"
_OTHER_FORMS = {
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"PK": "a zip file or a spreadsheet",
    b"%P": "a PDF",
    b"\x89P": "a picture",
    b"\xff\xd8": "a picture",
    b"GI": "a picture",
}


def digest_of(path: Path) -> str:
    """The SHA-256 of the file in hexadecimal. Raises FileRefused when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from error


@contextmanager
def opened_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The file, unpacked on the way when it is gzip. Raises FileRefused for an empty one, or one of another form."""
    try:
        with path.open("rb") as raw:
            start = raw.read(4)
            raw.seek(0)
            if not start:
                raise FileRefused(f"{path.name} is empty.")
            other = _OTHER_FORMS.get(start[:2])
            if other is not None:
                raise FileRefused(f"{path.name} is {other}; a CSV file in UTF-8 is needed, plain or gzipped.")
            packed = start[:2] == _GZIP
            yield cast("IO[bytes]", gzip.open(raw) if packed else raw)  # noqa: SIM115 (closed with raw)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileRefused(f"{path.name} is cut off or damaged: its gzip data does not unpack to the end.") from error
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from error


@contextmanager
def opened_text(path: Path) -> Iterator[IO[str]]:
    """The file as UTF-8 text. Raises FileRefused as `opened_bytes` does."""
    with opened_bytes(path) as binary:
        yield io.TextIOWrapper(cast("io.BufferedReader", binary), encoding="utf-8-sig", newline="")


def _lines(text: IO[str], name: str) -> Iterator[str]:
    """The lines with their ends; bounded, because one field may be 64 MB of one byte in a gzip of 64 KB."""
    read = 0
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        read += len(line)
        if len(line) > LONGEST_LINE:
            raise FileRefused(f"{name}, line {number}: longer than {LONGEST_LINE:,} characters.")
        if "\0" in line:
            raise FileRefused(f"{name}, line {number}: a NUL byte, so it is no text file.")
        if read > LARGEST_TEXT:
            raise FileRefused(f"{name} unpacks to more than {LARGEST_TEXT:,} characters.")
        yield line


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line on which it begins, the header among them.

    Raises FileRefused where the file stops being UTF-8 text or CSV.
    """
    with opened_text(path) as text:
        csv.field_size_limit(LONGEST_FIELD)
        reader = csv.reader(_lines(text, path.name), strict=True)
        line = 1
        try:
            for fields in reader:
                yield line, fields
                line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise FileRefused(f"{path.name} is not UTF-8 text (after line {reader.line_num}).") from error
        except csv.Error as error:
            raise FileRefused(f"{path.name} is no well-formed CSV from line {line} on: {error}.") from error
