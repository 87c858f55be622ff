"""`make run`: prepare a site with its demonstration data and serve it, in one process to start and nothing to install.

Running it again changes nothing that is already there. What can stand in the way (a busy port, a data folder that can't
be written, production values) is said in one sentence each.
"""

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

THREADS = 4


class CannotStart(Exception):
    """What stands in the way of starting, in a sentence fit to show."""


def launch(*, host: str, port: int) -> NoReturn:
    """Prepare the data folder, then become the server.

    Raises CannotStart.
    """
    ensure_port(host=host, port=port)
    address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 (compared, not bound)
    os.environ.setdefault("FIXLORE_SITE_URL", address)
    os.environ.setdefault("FIXLORE_LOG_LEVEL", "WARNING")  # what is printed is for a person at a terminal
    prepare()
    # ruff's T20 forbids prints left behind; this one is what `make run` is read for.
    print(f"\nFixlore is at {address}/ (stop it with Ctrl+C)", flush=True)  # noqa: T201
    granian = str(Path(sys.executable).with_name("granian"))
    where = ["--host", host, "--port", str(port)]
    how = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", str(THREADS), "--log-level", "error"]
    os.execv(granian, [granian, *where, *how, "config.wsgi:application"])  # noqa: S606 (no shell is wanted)


def ensure_port(*, host: str, port: int) -> None:
    """Refuse an address where the server could not listen. Raises CannotStart."""
    if not 0 < port < 65536:
        raise CannotStart(f"{port} is no port: choose one from 1024 to 65535, as in make run PORT=8010.")
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise CannotStart(f"{host} is no address of this machine: leave HOST out for 127.0.0.1.") from error
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(where)
            listener.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(
                    f"Port {port} is taken by another program: choose another, as in make run PORT={port + 1}."
                ) from error
            if error.errno == errno.EACCES:
                raise CannotStart(f"Port {port} is reserved: choose one above 1023.") from error
            raise CannotStart(f"{host} port {port} can't be used ({error.strerror}).") from error


def ensure_writable(folder: Path) -> None:
    """Make the data folder and prove that files can be written in it. Raises CannotStart."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"The data folder {folder} can't be written ({error.strerror}): choose another, as in make run DATA=mydata."
        ) from error


def prepare() -> None:
    """Bring the database, the demonstration data and the search index into being. Raises CannotStart."""
    project = Path(__file__).resolve().parent.parent
    folder = Path(os.environ.get("FIXLORE_DATA", project / "data")).resolve()
    ensure_writable(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import DatabaseError
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    try:
        production = settings.PRODUCTION
    except ImproperlyConfigured as error:
        raise CannotStart(str(error)) from error
    if production:
        raise CannotStart("make run loads demonstration data and is not for production: see docs/operations.md.")
    django.setup()
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a folder that isn't there
    try:
        call_command("migrate", verbosity=0)
        call_command("load_demo")
        call_command("import_synonyms", verbosity=0)
        if not settings.SEARCH_INDEX_DIR.exists():
            call_command("rebuild_search", verbosity=0)
    except (DatabaseError, InconsistentMigrationHistory) as error:
        raise CannotStart(
            f"The database in {folder} can't be used ({error}): move the folder away, or choose another with DATA=."
        ) from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and launch; a refusal is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m config.launch", description="Serve a demonstration site.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    try:
        launch(host=options.host, port=options.port)
    except CannotStart as refusal:
        raise SystemExit(str(refusal)) from None


if __name__ == "__main__":
    main()
