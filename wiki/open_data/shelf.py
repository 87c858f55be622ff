"""The dumps that lie ready: what each holds, and its files."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from wiki.errors import DumpNotUnderstood
from wiki.open_data.checking import manifest_of
from wiki.open_data.records import TABLES
from wiki.open_data.writing import MANIFEST, README, REPAIRS, SUMS, dumps_in, is_day

TYPES = {".gz": "application/gzip", ".json": "application/json", ".txt": "text/plain; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file of a dump: `rows` where it holds some; `about` says in a sentence what of."""

    name: str
    bytes: int
    sha256: str
    rows: int | None
    about: str = ""

    @property
    def schema(self) -> str:
        """The file that describes a line of this one; empty for what is no JSON."""
        return self.name.replace(".jsonl.gz", ".schema.json") if self.name.endswith(".jsonl.gz") else ""


@dataclass(frozen=True, slots=True)
class Dump:
    """One night's dump."""

    day: datetime.date
    version: int
    files: tuple[DumpFile, ...]

    @property
    def bytes(self) -> int:
        """All files together."""
        return sum(file.bytes for file in self.files)

    @property
    def data(self) -> tuple[DumpFile, ...]:
        """The files with rows, in the order in which they are loaded."""
        order = [f"{name}.jsonl.gz" for name in TABLES]
        found = {file.name: file for file in self.files}
        return tuple(found[name] for name in [*order, REPAIRS] if name in found)


def dumps(folder: Path) -> list[Dump]:
    """The dumps in a folder, the latest first; one whose manifest cannot be read is passed over."""
    found = []
    for path in dumps_in(folder):
        try:
            manifest = manifest_of(path)
        except DumpNotUnderstood:
            continue
        files = tuple(
            DumpFile(name, int(told["bytes"]), told["sha256"], told.get("rows"), _about(name))
            for name, told in manifest["files"].items()
        )
        found.append(Dump(datetime.date.fromisoformat(path.name), manifest["version"], files))
    return found


def file_of(folder: Path, day: str, name: str) -> tuple[Path, str, str] | None:
    """A file of a dump with its media type and its digest; None for what no manifest names, whatever lies there."""
    if not is_day(day):
        return None
    try:
        files = manifest_of(folder / day)["files"]
    except DumpNotUnderstood:
        return None
    path = folder / day / name
    if name not in (*files, MANIFEST, SUMS) or not path.is_file():
        return None
    digest = files[name]["sha256"] if name in files else f"{path.stat().st_mtime_ns:x}-{path.stat().st_size:x}"
    return path, TYPES.get(path.suffix, "text/plain; charset=utf-8"), digest


def _about(name: str) -> str:
    table = TABLES.get(name.removesuffix(".jsonl.gz"))
    if table is not None and name.endswith(".jsonl.gz"):
        return (table.__doc__ or "").partition("\n")[0].replace("`", "")
    return {REPAIRS: "The outcomes in the form of Open Repair Data v0.3.", README: "What this is."}.get(name, "")
