"""A run killed at any moment goes on where it stood, and ends as if nothing had happened."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_CAMPAIGNS, _BATCHES = 20, 8
_SEED = 20261124

_SHOW = """
import json
from products.models import ImportRun
from tests.products.importers.running import catalogue, counts
run = ImportRun.objects.get()
print(json.dumps([catalogue(), counts(run), run.checkpoint, run.state]))
"""


def _export(path: Path) -> Path:
    """Ten rows of each campaign: five products, two documents."""
    rows = ["NHTSA ID,DOCUMENT NAME,MAKE,MODEL,MODEL YEAR,SUMMARY"]
    for campaign in range(_CAMPAIGNS):
        number = f"24V{campaign:03}"
        for product in range(5):
            place = f"MAKE {campaign % 4},MODEL {product},{2015 + campaign % 6}"
            rows.append(f"{number},RCONL-{number}-1.pdf,{place},OWNER LETTER")
            rows.append(f'{number},RCRIT-{number}-2.pdf,{place},"The hose may crack\nand leak, number {campaign}."')
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


class _Site:
    """A site of its own, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "FIXLORE_DATA": str(folder)}
        self.environment.pop("FIXLORE_DATABASE_URL", None)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, *arguments], env=self.environment, capture_output=True, text=True)

    def imports(self, path: Path, batch: int, where: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "tests.products.importers.dying_import", str(path), str(batch), where)

    def state(self) -> list:
        shown = self.run("manage.py", "shell", "-v0", "-c", _SHOW)
        assert shown.returncode == 0, shown.stderr
        return json.loads(shown.stdout)


@pytest.mark.slow
def test_a_run_killed_at_random_and_resumed_leaves_the_same_catalogue(tmp_path):
    path = _export(tmp_path / "recalls.csv")
    (tmp_path / "empty").mkdir()
    empty = _Site(tmp_path / "empty")
    assert empty.run("manage.py", "migrate", "-v0").returncode == 0
    shutil.copytree(tmp_path / "empty", tmp_path / "whole")
    shutil.copytree(tmp_path / "empty", tmp_path / "killed")
    whole, killed = _Site(tmp_path / "whole"), _Site(tmp_path / "killed")
    never = _BATCHES + 1
    uninterrupted = whole.imports(path, never, "before")
    assert uninterrupted.returncode == 0, uninterrupted.stderr

    chance = random.Random(_SEED)
    moments = [(0, "inside"), *((chance.randint(1, 3), chance.choice(["before", "inside"])) for _ in range(3))]
    checkpoints = []
    for batch, where in moments:
        dead = killed.imports(path, batch, where)
        assert dead.returncode == -signal.SIGKILL, dead.stderr
        checkpoints.append(killed.state()[2])
    assert checkpoints[0] == 0
    assert checkpoints == sorted(checkpoints)
    assert 0 < checkpoints[-1] < _CAMPAIGNS * 10
    last = killed.imports(path, never, "before")
    assert last.returncode == 0, last.stderr
    assert f"goes on after {checkpoints[-1]} rows" in last.stdout

    state = killed.state()
    assert state == whole.state()
    assert state[1:] == [[120, 0, 80, 0], _CAMPAIGNS * 10, "finished"]
    assert killed.run("manage.py", "check_tree").returncode == 0
