"""Write the open dump: compressed JSON lines with their schema, checksums and a manifest, whole or not at all."""

from __future__ import annotations

import csv
import datetime
import gzip
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string

from wiki.feeds import unformulated
from wiki.open_data.reading import READERS
from wiki.open_data.records import TABLES
from wiki.open_data.repairs import repairs
from wiki.open_data.written import Written
from wiki.rules.open_repair import COLUMNS

VERSION = 1
"""Of the form of a dump; a change that an older `load_dump` could not read raises it."""
LICENCE = "CC-BY-SA-4.0"
MANIFEST, SUMS, README, REPAIRS = "manifest.json", "SHA256SUMS", "README.txt", "open_repair_data.csv.gz"
_UNFINISHED = ".unfinished-"

Progress = Callable[[str, int], None]


def write_dump(folder: Path, *, now: datetime.datetime, keep: int, progress: Progress) -> Path:
    """Write the dump of the day into `folder`/`<day>` and return it; one of the same day is replaced.

    It is written beside and renamed when it is whole, so that a full disk or an end leaves the last one standing; a
    run after that begins anew. `keep` dumps stay, the latest. `progress` is told each file and how many rows more it
    has. Raises OSError.
    """
    day = now.date().isoformat()
    unfinished, done = folder / f"{_UNFINISHED}{day}", folder / day
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)
    unfinished.mkdir()
    try:
        _write_all(unfinished, now, progress)
        if done.exists():
            replaced = folder / f"{_UNFINISHED}replaced"
            done.rename(replaced)
            unfinished.rename(done)
            shutil.rmtree(replaced)
        else:
            unfinished.rename(done)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    for old in dumps_in(folder)[max(1, keep) :]:
        shutil.rmtree(old)
    return done


def dumps_in(folder: Path) -> list[Path]:
    """The finished dumps in a folder, the latest first."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if is_day(path.name) and path.is_dir()), reverse=True)


def is_day(name: str) -> bool:
    """Whether a folder is named as a dump is: 2026-11-24."""
    try:
        return datetime.date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_all(folder: Path, now: datetime.datetime, progress: Progress) -> None:
    written = Written(now.date())
    counts: dict[str, int] = {}
    for name, read in READERS.items():
        counts[f"{name}.jsonl.gz"] = _write_lines(
            folder / f"{name}.jsonl.gz", (row.model_dump_json().encode() for row in read(written)), name, progress
        )
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema_of(name)}
        (folder / f"{name}.schema.json").write_text(json.dumps(schema, indent=1) + "\n", "utf-8")
    counts[REPAIRS] = _write_lines(folder / REPAIRS, _repair_lines(), "open repair data", progress) - 1
    about = {"day": now.date().isoformat(), "site": settings.SITE_URL, "version": VERSION, "counts": counts}
    (folder / README).write_text(render_to_string("open_data/readme.txt", about), "utf-8")
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": digest_of(path), "rows": counts.get(path.name)}
        for path in sorted(folder.iterdir())
    }
    manifest: dict[str, Any] = {
        "title": "Fixlore open dump",
        "version": VERSION,
        "site": settings.SITE_URL,
        "date": now.date().isoformat(),
        "licence": LICENCE,
        "licence_url": "https://creativecommons.org/licenses/by-sa/4.0/",
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    sums = {**{name: told["sha256"] for name, told in files.items()}, MANIFEST: digest_of(folder / MANIFEST)}
    (folder / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()), "utf-8")


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of one line of a file."""
    return TABLES[name].model_json_schema(mode="serialization")


def _write_lines(path: Path, lines: Iterator[bytes], name: str, progress: Progress) -> int:
    count = 0
    with compressed(path) as file:
        for line in lines:
            file.write(line + b"\n")
            count += 1
            progress(name, 1)
    return count


@contextmanager
def compressed(path: Path) -> Iterator[IO[bytes]]:
    """A gzip file without a name and a time in it, so that equal rows are equal bytes."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as packed:
        buffered = io.BufferedWriter(packed, 1 << 18)
        yield buffered
        buffered.flush()


def _repair_lines() -> Iterator[bytes]:
    yield ",".join(COLUMNS).encode()
    for row in repairs():
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="").writerow([unformulated(value) for value in row])
        yield text.getvalue().replace("\n", " ").replace("\r", " ").encode()
