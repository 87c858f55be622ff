"""`make run` says what stands in its way in one sentence, before it touches anything."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launch import CannotStart, ensure_port, ensure_writable

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


@pytest.fixture
def free_port(busy_port: int) -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_busy_port_is_refused_and_a_free_one_is_not(busy_port: int, free_port: int) -> None:
    ensure_port(host="127.0.0.1", port=free_port)
    with pytest.raises(CannotStart, match=f"^Port {busy_port} is taken by another program: choose another"):
        ensure_port(host="127.0.0.1", port=busy_port)


def test_a_port_that_cannot_be_is_refused() -> None:
    with pytest.raises(CannotStart, match=r"^70000 is no port"):
        ensure_port(host="127.0.0.1", port=70000)


def test_an_address_of_another_machine_is_refused(free_port: int) -> None:
    with pytest.raises(CannotStart, match=r"^192\.0\.2\.1 port \d+ can't be used"):
        ensure_port(host="192.0.2.1", port=free_port)


def test_a_data_folder_is_made_and_one_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    ensure_writable(tmp_path / "new" / "data")
    assert list((tmp_path / "new" / "data").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match=r"^The data folder .*file can't be written \(File exists\): choose another"):
        ensure_writable(tmp_path / "file")


def test_the_command_ends_with_the_sentence_and_nothing_else(busy_port: int, tmp_path: Path) -> None:
    result = _launch(tmp_path, "--port", str(busy_port))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"Port {busy_port} is taken")
    assert not (tmp_path / "data").exists()


def test_a_wrong_environment_value_is_one_sentence(free_port: int, tmp_path: Path) -> None:
    result = _launch(tmp_path, "--port", str(free_port), FIXLORE_ENV="staging")
    assert result.returncode == 1
    assert result.stderr == "FIXLORE_ENV is 'staging'; it can be development or production.\n"


def test_production_values_are_refused_because_a_demonstration_would_be_loaded(free_port: int, tmp_path: Path) -> None:
    production = {
        "FIXLORE_ENV": "production",
        "FIXLORE_SECRET_KEY": "s" * 60,
        "FIXLORE_FIELD_KEY": "f" * 40,
        "FIXLORE_ALLOWED_HOSTS": "fixlore.example",
        "FIXLORE_SITE_URL": "https://fixlore.example",
    }
    result = _launch(tmp_path, "--port", str(free_port), **production)
    assert result.returncode == 1
    assert result.stderr.startswith("make run loads demonstration data and is not for production")
    assert not (tmp_path / "data" / "fixlore.sqlite3").exists()


def test_a_database_of_something_else_is_refused_and_left_alone(free_port: int, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    database = tmp_path / "data" / "fixlore.sqlite3"
    database.write_text("not a database, but somebody's notes\n" * 100)
    result = _launch(tmp_path, "--port", str(free_port))
    assert result.returncode == 1
    assert result.stderr.startswith(f"The database in {tmp_path / 'data'} can't be used (file is not a database)")
    assert database.read_text().startswith("not a database")


def _launch(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FIXLORE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "config.launch", *arguments],
        cwd=PROJECT,
        env={**clean, "FIXLORE_DATA": str(folder / "data"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
