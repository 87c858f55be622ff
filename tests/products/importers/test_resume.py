"""A run killed at any moment goes on where it stood, and ends as if nothing had happened."""

import json
import random
import shutil
import signal
from pathlib import Path

import pytest

from tests.site_process import Done, SiteProcess

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


def _import(site: SiteProcess, path: Path, batch: int, where: str) -> Done:
    return site.call("tests.products.importers.dying_import:main", str(path), batch, where)


def _state(site: SiteProcess) -> list:
    return json.loads(site.python(_SHOW))


@pytest.mark.slow
def test_a_run_killed_at_random_and_resumed_leaves_the_same_catalogue(tmp_path, empty_site):
    path = _export(tmp_path / "recalls.csv")
    for name in ("whole", "killed"):
        shutil.copytree(empty_site, tmp_path / name)
    with SiteProcess(tmp_path / "whole") as whole, SiteProcess(tmp_path / "killed") as killed:
        never = _BATCHES + 1
        uninterrupted = _import(whole, path, never, "before")
        assert uninterrupted.code == 0, uninterrupted.said

        chance = random.Random(_SEED)
        moments = [(0, "inside"), *((chance.randint(1, 3), chance.choice(["before", "inside"])) for _ in range(3))]
        checkpoints = []
        for batch, where in moments:
            dead = _import(killed, path, batch, where)
            assert dead.code == -signal.SIGKILL, dead.said
            checkpoints.append(_state(killed)[2])
        assert checkpoints[0] == 0
        assert checkpoints == sorted(checkpoints)
        assert 0 < checkpoints[-1] < _CAMPAIGNS * 10
        last = _import(killed, path, never, "before")
        assert last.code == 0, last.said
        assert f"goes on after {checkpoints[-1]} rows" in last.said

        state = _state(killed)
        assert state == _state(whole)
        assert state[1:] == [[120, 0, 80, 0], _CAMPAIGNS * 10, "finished"]
        assert killed.manage("check_tree").code == 0
