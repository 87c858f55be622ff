"""The index survives its indexer being killed, and readers get answers while it commits; few rounds here."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINES = pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
pytestmark = pytest.mark.slow


def figures(engine: str, *arguments: str) -> dict[str, Any]:
    if engine == "tantivy":
        pytest.importorskip("tantivy", reason="tantivy is an optional extra")
    run = subprocess.run(
        [sys.executable, "-m", *arguments, "--engine", engine, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    counted: dict[str, Any] = json.loads(run.stdout)["figures"][engine]
    return counted


@ENGINES
def test_an_indexer_killed_in_its_commits_leaves_a_whole_index_and_loses_nothing(engine: str) -> None:
    counted = figures(engine, "benchmarks.crash", "--rounds", "3")
    assert counted["rounds"] == 3
    assert counted["killed_in_a_commit"] >= 1
    assert counted["corrupt"] == counted["lost"] == counted["rebuilt"] == 0


@ENGINES
def test_four_processes_read_without_an_error_while_one_commits_rebuilds_and_loses_its_folder(engine: str) -> None:
    counted = figures(engine, "benchmarks.readers", "--seconds", "6", "--readers", "4")
    assert counted["errors"] == counted["differences"] == 0
    assert counted["commits"] > 2
    assert counted["answers"] > 20
