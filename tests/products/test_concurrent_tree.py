"""Eight processes that write to the product tree at once leave no node wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_WRITERS = 8
_ACTS = 10


def _environment(database: str, folder: Path) -> dict[str, str]:
    environment = {**os.environ, "FIXLORE_DATA": str(folder)}
    environment.pop("FIXLORE_DATABASE_URL", None)
    if database == "postgresql":
        environment["FIXLORE_DATABASE_URL"] = os.environ["FIXLORE_TEST_DATABASE_URL"]
    return environment


def _manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "manage.py", *arguments], env=environment, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_eight_writers_at_once_leave_no_node_wrong(database: str, tmp_path: Path) -> None:
    if database == "postgresql" and not os.environ.get("FIXLORE_TEST_DATABASE_URL"):
        pytest.skip("FIXLORE_TEST_DATABASE_URL names no PostgreSQL database to write to.")
    environment = _environment(database, tmp_path)
    assert _manage(environment, "migrate", "-v0").returncode == 0
    assert _manage(environment, "flush", "--no-input", "-v0").returncode == 0
    start = (
        "from tests.builders.products import a_model;"
        "[a_model(name=f'{make} {n}', make=make) for make in ('Ford', 'Land Rover', 'Audi') for n in range(5)]"
    )
    assert _manage(environment, "shell", "-v0", "-c", start).returncode == 0
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.products.tree_writer", str(number), str(_ACTS)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(_WRITERS)
    ]
    errors = [writer.communicate(timeout=300)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * _WRITERS, errors
    checked = _manage(environment, "check_tree")
    assert (checked.returncode, checked.stderr) == (0, "")
    count = _manage(environment, "shell", "-v0", "-c", "from products.models import *; print(Product.objects.count())")
    assert int(count.stdout) > 40
    breaking = "from products.models import *; Product.objects.filter(pk=Product.objects.last().pk).update(lft=1)"
    assert _manage(environment, "shell", "-v0", "-c", breaking).returncode == 0
    assert _manage(environment, "check_tree").returncode == 1
    assert _manage(environment, "rebuild_tree").stdout == "1 products and 0 components were wrong.\n"
    assert _manage(environment, "check_tree").returncode == 0
