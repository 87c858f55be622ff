"""The index survives its indexer being killed, and readers get answers while it commits; few rounds here."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ["whoosh", "tantivy"] if find_spec("tantivy") else ["whoosh"]  # tantivy is an optional extra
pytestmark = pytest.mark.slow


def figures(*arguments: str) -> dict[str, dict[str, Any]]:
    """What a benchmark counts, by engine; one site serves both."""
    engines = [word for engine in ENGINES for word in ("--engine", engine)]
    run = subprocess.run(
        [sys.executable, "-m", *arguments, *engines, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    counted: dict[str, dict[str, Any]] = json.loads(run.stdout)["figures"]
    assert list(counted) == ENGINES
    return counted


def test_an_indexer_killed_in_its_commits_leaves_a_whole_index_and_loses_nothing() -> None:
    for engine, counted in figures("benchmarks.crash", "--rounds", "3").items():
        assert counted["rounds"] == 3, engine
        assert counted["killed_in_a_commit"] >= 1, engine
        assert counted["corrupt"] == counted["lost"] == counted["rebuilt"] == 0, engine


def test_four_processes_read_without_an_error_while_one_commits_rebuilds_and_loses_its_folder() -> None:
    for engine, counted in figures("benchmarks.readers", "--seconds", "6", "--readers", "4").items():
        assert counted["errors"] == counted["differences"] == 0, engine
        assert counted["commits"] > 2, engine
        assert counted["answers"] > 20, engine
