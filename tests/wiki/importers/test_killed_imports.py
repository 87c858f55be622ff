"""An import killed at random, between and inside batches, resumes to the very same rows in every table."""

import csv
import json
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

from tests.products.importers.flat_rows import flat, investigation, recall
from wiki.rules.open_repair import COLUMNS

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


def recalls(folder: Path) -> list[str]:
    """FLAT_RCL: campaigns of several cars, parts and days that batches cut, one row refused."""
    chance = random.Random(_SEED)
    lines = [
        recall(
            27,
            CAMPNO=f"20V{100 + row // 7}000",
            MODELTXT=chance.choice(["TUCSON", "SONATA"]),
            YEARTXT=str(chance.randrange(2015, 2019)),
            COMPNAME=chance.choice(["ENGINE", "STEERING"]),
            BGMAN="20201341" if row == 33 else f"2014030{chance.randrange(1, 9)}",
            DESC_DEFECT="" if row % 7 == 0 else f"The hose of case {row // 7} may crack and leak fuel.",
            MFR_COMP_NAME=chance.choice(["HOSE", "CLAMP"]),
            MFR_COMP_PTNO=chance.choice(["", "P-1"]),
        )
        for row in range(_ROWS_WRITTEN)
    ]
    return ["import_nhtsa_flat", str(flat(folder, *lines, name="FLAT_RCL.txt"))]


def investigations(folder: Path) -> list[str]:
    """FLAT_INV: investigations of several cars, closed and with a campaign only on a later row."""
    chance = random.Random(_SEED)
    lines = [
        investigation(
            NHTSA_ACTION_NUMBER=f"PE19{row // 7:03}",
            MODEL=chance.choice(["TUCSON", "SONATA"]),
            YEAR=str(chance.randrange(2015, 2019)),
            CDATE="20210423" if row % 7 == 6 else "",
            CAMPNO="20V543000" if row % 7 == 5 else "",
        )
        for row in range(_ROWS_WRITTEN)
    ]
    return ["import_nhtsa_flat", str(flat(folder, *lines, name="FLAT_INV.txt"))]


def results(folder: Path) -> list[str]:
    """JSON of the recalls interface: campaigns whose later results say what the first does not."""
    chance = random.Random(_SEED)
    said = [
        {
            "NHTSACampaignNumber": f"20V{100 + row // 7}000",
            "parkOutSide": row % 7 == 4,
            "ReportReceivedDate": "04/09/2020",
            "Component": chance.choice(["ENGINE", "STEERING"]),
            "Summary": "The hose may crack and leak fuel." if row % 7 else "",
            "Make": "HYUNDAI",
            "Model": chance.choice(["TUCSON", "SONATA"]),
            "ModelYear": str(chance.randrange(2015, 2019)),
        }
        for row in range(_ROWS_WRITTEN)
    ]
    path = folder / "answer.json"
    path.write_text(json.dumps({"results": said}), encoding="utf-8")
    return ["import_recalls_api", str(path)]


class Site:
    """A site of its own, in a folder of its own, and a process that runs commands for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if name != "FIXLORE_DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.products.importers.dying_command"],
            env={**environment, "FIXLORE_DATA": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.communicate()

    def run(self, command: list[str], batch: int = -1, moment: str = "never") -> tuple[int, str]:
        """The command's exit code and all that it said."""
        assert self.process.stdin
        assert self.process.stdout
        said = self.folder / "said"
        order = {"rows": _ROWS, "batch": batch, "moment": moment, "arguments": command, "said": str(said)}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline()), said.read_text(encoding="utf-8")

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


@pytest.mark.slow
@pytest.mark.parametrize("source", [a_dump, repairs, complaints, recalls, investigations, results])
def test_a_run_killed_at_random_resumes_to_the_same_database_and_undoing_it_leaves_nothing(
    tmp_path: Path, empty_site: Path, source: Callable[[Path], list[str]]
) -> None:
    for name in ("whole", "killed"):
        shutil.copytree(empty_site, tmp_path / name)
    command = source(tmp_path)
    with Site(tmp_path / "whole") as whole, Site(tmp_path / "killed") as killed:
        before = killed.rows(without=_RECORDS)
        code, said = whole.run(command)
        assert code == 0, said

        chance = random.Random(_SEED)
        # The last one dies with a batch behind it, whatever chance says.
        random_ones = [(chance.randint(1, 2), chance.choice(["before", "inside"])) for _ in range(_KILLS - 2)]
        moments = [(0, "inside"), *random_ones, (2, chance.choice(["before", "inside"]))]
        if source is a_dump:
            moments.insert(1, (0, "staging"))
        checkpoints = []
        for batch, moment in moments:
            code, said = killed.run(command, batch, moment)
            assert code == -signal.SIGKILL, said
            checkpoints.append(killed.checkpoint())
        assert checkpoints[0] == 0
        assert checkpoints == sorted(checkpoints)
        assert checkpoints[-1] > 0
        assert bool(killed.left_over()) == (source is a_dump)

        code, said = killed.run(command)
        assert code == 0, said
        assert f"goes on after {checkpoints[-1]} rows" in said
        assert killed.left_over() == []
        assert killed.rows() == whole.rows()

        records = frozenset({"products_importrun", "products_importrefusal", "sqlite_sequence"})
        written = killed.rows(without=records)
        assert "Nothing changed" in killed.run(command)[1]
        assert killed.rows(without=records) == written
        for run in ("2", "1"):
            code, said = killed.run(["undo_import", run])
            assert code == 0, said
        assert killed.rows(without=_RECORDS) == before
