"""Check a dump before anything of it is loaded: its form, its checksums, and every line against its schema."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wiki.errors import DumpNotUnderstood
from wiki.open_data.records import TABLES, Record
from wiki.open_data.writing import MANIFEST, VERSION, Progress, digest_of

LONGEST_LINE = 4_000_000
"""Characters; no line of ours comes near."""
_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9]+)+|README\.txt")


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a dump says of itself. Raises DumpNotUnderstood."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        version, files = manifest["version"], manifest["files"]
        known = all(isinstance(told["sha256"], str) and _NAME.fullmatch(name) for name, told in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DumpNotUnderstood(f"{folder} holds no manifest of a dump.") from error
    if not known:
        raise DumpNotUnderstood("The manifest names files that no dump has.")
    if version != VERSION:
        raise DumpNotUnderstood(f"The dump has version {version} of the form, and this site reads version {VERSION}.")
    return dict(manifest)


def check_dump(folder: Path, *, progress: Progress) -> dict[str, Any]:
    """Check a whole dump and return its manifest; `progress` is told each file and the rows read of it.

    Raises DumpNotUnderstood with the file, and the line where there is one.
    """
    manifest = manifest_of(folder)
    for name in TABLES:
        if f"{name}.jsonl.gz" not in manifest["files"]:
            raise DumpNotUnderstood(f"The dump has no {name}.jsonl.gz.")
    for name, told in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise DumpNotUnderstood(f"{name} is missing.")
        if digest_of(path) != told["sha256"]:
            raise DumpNotUnderstood(f"{name} is not what the manifest says: its checksum differs.")
    for name in TABLES:
        count = 0
        for _ in rows_of(folder, name):
            count += 1
            progress(name, 1)
        if count != manifest["files"][f"{name}.jsonl.gz"].get("rows"):
            raise DumpNotUnderstood(f"{name}.jsonl.gz has {count:,} rows, and the manifest promises another number.")
    return manifest


def rows_of(folder: Path, name: str) -> Iterator[Record]:
    """The rows of a file, one after another. Raises DumpNotUnderstood with the line."""
    model, number = TABLES[name], 0
    try:
        with gzip.open(folder / f"{name}.jsonl.gz", "rb") as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                yield model.model_validate_json(line)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, found["loc"])) or "the line"
        raise DumpNotUnderstood(f"{name}.jsonl.gz, line {number:,}: {where}: {found['msg']}.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DumpNotUnderstood(f"{name}.jsonl.gz cannot be read after line {number:,}.") from error
