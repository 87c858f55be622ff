"""A real site for browser tests: `make run` without make, in a data folder and on a port of its own."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds for migrations, demonstration data and the first index on a slow machine


@dataclass(frozen=True)
class Site:
    """A running site with the demonstration data: its address, and what its server says (mail included)."""

    url: str
    data: Path
    log: Path

    def mailed_link(self, path: str, *, seconds: float = 10) -> str:
        """The newest address below a path that was mailed, as `/o/`; development mail is printed by the server."""
        pattern = re.compile(rf"{re.escape(self.url)}{re.escape(path)}[^\s\"'<>]+")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = pattern.findall(self.log.read_text(encoding="utf-8", errors="replace"))
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"No mail with a link to {path} came within {seconds} s.")

    def accounts(self) -> dict[str, tuple[str, str]]:
        """The demonstration accounts as the server printed them: what each is, its mail address and its password."""
        printed = self.log.read_text(encoding="utf-8", errors="replace")
        rows = re.findall(r"^\s*([a-z]+)\s+(\S+@\S+)\s+(\S+)\s*$", printed, re.MULTILINE)
        return {name: (mail, password) for name, mail, password in rows}


def prepared_data(folder: Path) -> Path:
    """A data folder as the first `make run` leaves it, made once however many processes ask: to be copied."""
    data = folder / "data"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "is-whole").exists():
            shutil.rmtree(data, ignore_errors=True)
            made = subprocess.run(
                [sys.executable, "-c", "from config.launch import prepare; prepare()"],
                cwd=PROJECT,
                env=_environment(data),
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
            assert made.returncode == 0, made.stderr
            (folder / "is-whole").touch()
    return data


@contextmanager
def running_site(data: Path, *, prepared: Path | None = None, **environment: str) -> Iterator[Site]:
    """Prepare a site in `data`, as a copy of a prepared one if given, serve it, and end it.

    `environment` has settings of its own, as FIXLORE_SITE_URL.
    """
    port = _free_port()
    log = data.with_name(f"{data.name}-server.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    if prepared is not None:
        shutil.copytree(prepared, data)
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "config.launch", "--port", str(port)],
            cwd=PROJECT,
            env=_environment(data) | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(server, port, log)
        yield Site(url=f"http://127.0.0.1:{port}", data=data, log=log)
    finally:
        # The server has a process group of its own: its workers end with it.
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _environment(data: Path) -> dict[str, str]:
    """This process's environment without settings of the machine's own site."""
    settled = {name: value for name, value in os.environ.items() if not name.startswith(("FIXLORE_", "DJANGO_"))}
    return settled | {"FIXLORE_DATA": str(data), "FIXLORE_LOG_LEVEL": "WARNING", "PYTHONUNBUFFERED": "1"}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/")
            if connection.getresponse().status < 500:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    raise AssertionError(f"The site didn't start:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
