"""An import killed at random, between and inside batches, resumes to the very same rows in every table."""

import csv
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from wiki.importers.ords import COLUMNS

_SEED = 20261124
_ROWS = 20
_ROWS_WRITTEN = 130
_KILLS = 3
# What a run records of itself, and the feed that search drains.
_RECORDS = frozenset(
    {
        *("products_importrun", "products_importrefusal", "products_importchange"),
        *("products_change", "sqlite_sequence"),
    }
)


def a_dump(folder: Path) -> list[str]:
    """A small site as it is published: edits, votes, comments and repeated questions, in an order of its own."""
    site = folder / "site"
    site.mkdir()
    chance = random.Random(_SEED)
    day = "2019-03-{:02}T08:00:00.000"
    tables: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("Posts", "Comments", "Votes", "PostHistory", "PostLinks", "Users")
    }
    for number in range(1, 25):
        at = day.format(number)
        post: dict[str, object] = {
            "Id": number,
            "CreationDate": at,
            "Score": chance.randrange(9),
            "OwnerUserId": number % 5,
        }
        post["Body"] = f"<p>Chain {number} slips on the <em>third</em> cog.</p>"
        if number % 3 == 1:
            post |= {"PostTypeId": 1, "Title": f"Chain {number} slips"}
        else:
            post |= {"PostTypeId": 2, "ParentId": number - (number - 1) % 3}
        tables["Posts"].append(post)
        tables["Votes"].append(
            {"Id": number, "PostId": number, "VoteTypeId": chance.choice([1, 2, 3]), "CreationDate": at}
        )
        tables["Comments"].append(
            {"Id": number, "PostId": number, "Score": 1, "Text": f"Same *here* {number}", "CreationDate": at}
        )
        for edit, text in enumerate(["It slips.", f"Chain {number} *slips*."]):
            tables["PostHistory"].append(
                {
                    "Id": 2 * number + edit, "PostHistoryTypeId": 5 if edit else 2, "PostId": number,
                    "CreationDate": at, "RevisionGUID": f"g{2 * number + edit}", "Text": text,
                }
            )  # fmt: skip
    tables["PostLinks"] = [
        {"Id": number, "CreationDate": day.format(28), "PostId": number, "RelatedPostId": 1, "LinkTypeId": 3}
        for number in (4, 10, 22)
    ]
    tables["Users"] = [{"Id": number, "DisplayName": f"Rider {number}"} for number in range(3)]
    for name, rows in tables.items():
        chance.shuffle(rows)
        if name == "PostHistory":
            rows.sort(key=lambda row: int(str(row["Id"])))
        lines = [
            "<row " + " ".join(f"{key}={quoteattr(str(value))}" for key, value in row.items()) + " />" for row in rows
        ]
        root = name.lower()
        text = f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n' + "\n".join(lines) + f"\n</{root}>\n"
        (site / f"{name}.xml").write_text(text, encoding="utf-8-sig")
    return ["import_stackexchange", str(site), "--category=Bicycles", "--site=bikes.example.com"]


def repairs(folder: Path) -> list[str]:
    """Open Repair Data of some brands and categories, one row of it refused."""
    path = folder / "repairs.csv"
    chance = random.Random(_SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for number in range(_ROWS_WRITTEN):
            writer.writerow(
                {
                    "id": f"a_{number}", "data_provider": "Repair Café", "country": "NLD",
                    "product_category": chance.choice(["Vacuum", "Toaster"]),
                    "brand": chance.choice(["Dyson", "Philips"]),
                    "repair_status": chance.choice(["Fixed", "End of life"]), "problem": f"Stopped\nin week {number}",
                    "event_date": "00000000" if number == 33 else "2021-06-01",
                }
            )  # fmt: skip
    return ["import_ords", str(path)]


def complaints(folder: Path) -> list[str]:
    """The flat file: complaints of several components and products, in an order that batches cut, one row refused."""
    chance = random.Random(_SEED)
    lines = []
    for row in range(_ROWS_WRITTEN):
        fields = [""] * 49
        fields[0:12] = [
            str(row), str(100 + row // 3), "Kia", "KIA", chance.choice(["RIO", "SOUL"]), "2016", "N",
            "99991231" if row == 33 else "20240213", "N", "0", "0", chance.choice(["ENGINE", "STEERING"]),
        ]  # fmt: skip
        fields[19], fields[45] = "It stalled, caf\xe9.", "V"
        lines.append("\t".join(fields) + "\r\n")
    chance.shuffle(lines)
    path = folder / "FLAT_CMPL.txt"
    path.write_bytes("".join(lines).encode("latin-1"))
    return ["import_nhtsa_flat", str(path), "--create-missing"]


class Site:
    """A site of its own, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "FIXLORE_DATA": str(folder)}
        self.environment.pop("FIXLORE_DATABASE_URL", None)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, *arguments], env=self.environment, capture_output=True, text=True)

    def imports(self, command: list[str], batch: int = -1, moment: str = "never") -> subprocess.CompletedProcess[str]:
        return self.run("-m", "tests.products.importers.dying_command", str(_ROWS), str(batch), moment, *command)

    def rows(self, *, without: frozenset[str] = frozenset()) -> dict[str, list[tuple]]:
        """Every row of every table."""
        with sqlite3.connect(self.folder / "fixlore.sqlite3") as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: sorted(database.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)  # noqa: S608
                for name in tables
                if name not in without
            }

    def checkpoint(self) -> int:
        with sqlite3.connect(self.folder / "fixlore.sqlite3") as database:
            return database.execute("SELECT coalesce(max(checkpoint), 0) FROM products_importrun").fetchone()[0]

    def left_over(self) -> list[Path]:
        return list(self.folder.glob("staging/*"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    migrated = Site(folder).run("manage.py", "migrate", "-v0")
    assert migrated.returncode == 0, migrated.stderr
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("source", [a_dump, repairs, complaints])
def test_a_run_killed_at_random_resumes_to_the_same_database_and_undoing_it_leaves_nothing(
    tmp_path: Path, empty: Path, source: Callable[[Path], list[str]]
) -> None:
    for name in ("whole", "killed"):
        shutil.copytree(empty, tmp_path / name)
    whole, killed = Site(tmp_path / "whole"), Site(tmp_path / "killed")
    command = source(tmp_path)
    before = killed.rows(without=_RECORDS)
    uninterrupted = whole.imports(command)
    assert uninterrupted.returncode == 0, uninterrupted.stderr

    chance = random.Random(_SEED)
    # The last one dies with a batch behind it, whatever chance says.
    moments = [(0, "inside"), *((chance.randint(1, 2), chance.choice(["before", "inside"])) for _ in range(_KILLS - 2))]
    moments.append((2, chance.choice(["before", "inside"])))
    if source is a_dump:
        moments.insert(1, (0, "staging"))
    checkpoints = []
    for batch, moment in moments:
        dead = killed.imports(command, batch, moment)
        assert dead.returncode == -signal.SIGKILL, dead.stderr
        checkpoints.append(killed.checkpoint())
    assert checkpoints[0] == 0
    assert checkpoints == sorted(checkpoints)
    assert checkpoints[-1] > 0
    assert bool(killed.left_over()) == (source is a_dump)

    last = killed.imports(command)
    assert last.returncode == 0, last.stderr
    assert f"goes on after {checkpoints[-1]} rows" in last.stdout
    assert killed.left_over() == []
    assert killed.rows() == whole.rows()

    records = frozenset({"products_importrun", "products_importrefusal", "sqlite_sequence"})
    written = killed.rows(without=records)
    again = killed.imports(command)
    assert "Nothing changed" in again.stdout
    assert killed.rows(without=records) == written
    for run in ("2", "1"):
        undone = killed.run("manage.py", "undo_import", run)
        assert undone.returncode == 0, undone.stderr
    assert killed.rows(without=_RECORDS) == before
