"""Making the environment: an old Python, a missing module or a missing network is one sentence each."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the set-up reads, in a folder of its own, without uv."""
    root = tmp_path / "checkout"
    (root / "config").mkdir(parents=True)
    shutil.copy(PROJECT / "config" / "setup.sh", root / "config" / "setup.sh")
    (root / "requirements.lock").write_text("nothing-of-this-name==1.0 --hash=sha256:" + "0" * 64 + "\n")
    (root / "requirements-dev.lock").write_text("")
    _program(tmp_path / "bin" / "uv", "exit 1")
    return root


def test_an_old_python_is_refused_by_its_version(checkout: Path) -> None:
    old = _program(
        checkout.parent / "bin" / "old",
        'case "$2" in "") exit 0;; *print*) echo 3.9;; *) exit 1;; esac',
    )
    result = _setup(checkout, "run", PYTHON=str(old))
    assert result.returncode == 1
    assert result.stderr == (
        f"Fixlore needs Python 3.11 or newer and {old} is 3.9: "
        "install one, or name one with make PYTHON=/path/to/python3.\n"
    )
    assert not (checkout / ".venv").exists()


def test_a_python_without_its_venv_module_is_refused_with_the_package_that_has_it(checkout: Path) -> None:
    bare = _program(
        checkout.parent / "bin" / "bare",
        f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac',
    )
    result = _setup(checkout, "run", PYTHON=str(bare))
    assert result.returncode == 1
    assert result.stderr.startswith(
        f"{bare} lacks its venv module: install it (on Debian and Ubuntu: apt install python3-venv)"
    )
    assert result.stderr.count("\n") == 1


def test_no_python_at_all_is_refused(checkout: Path) -> None:
    result = _setup(checkout, "run", PYTHON=str(checkout / "nowhere"))
    assert result.returncode == 1
    assert result.stderr.startswith(f"No Python was found at {checkout / 'nowhere'}: install Python 3.11 or newer")


def test_a_package_index_that_does_not_answer_is_one_sentence(checkout: Path) -> None:
    result = _setup(checkout, "run", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="1")
    assert result.returncode == 1
    assert result.stderr == (
        "The packages couldn't be downloaded: the network or the package index doesn't answer "
        "(details in .venv/install.log).\n"
    )


def test_a_second_run_does_nothing_and_a_changed_lock_is_installed_again(checkout: Path) -> None:
    first = _setup(checkout, "test")
    assert first.returncode == 0, first.stderr
    assert "Installing" in first.stdout
    assert _setup(checkout, "test").stdout == ""
    assert _setup(checkout, "run").stdout == "", "what the tests need includes what the site needs"
    (checkout / "requirements-dev.lock").write_text("# changed\n")
    assert _setup(checkout, "test").stdout == "Installing the packages of requirements-dev.lock\n"


def _program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def _setup(checkout: Path, kind: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    unconfigured = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    return subprocess.run(
        ["sh", "config/setup.sh", kind],
        cwd=checkout,
        env={
            **unconfigured,
            "PATH": f"{checkout.parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHON": sys.executable,
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
