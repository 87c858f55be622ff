"""One import at a time: a lock that the system lets go when its process dies, however it dies."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from products.errors import RunStopped


@contextmanager
def one_at_a_time(importer: str, part: str = "") -> Iterator[None]:
    """Hold the lock of an importer, or of a part of its work.

    Raises RunStopped when another process holds it or the folder cannot be written.

    It keeps processes of one machine apart and says so at once; between machines the checkpoint does, which a batch
    moves on only from where its own run left it.
    """
    folder = settings.DATA_DIR / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / f"{importer}{part}.lock").open("w")
    except OSError as error:
        raise RunStopped(f"The data folder cannot be written: {error.strerror}.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunStopped(
                f"{importer} is running in another process; wait for it or stop it, then run this again."
            ) from error
        yield


@contextmanager
def staging_folder(importer: str) -> Iterator[Path]:
    """An empty folder in the data folder for files that are put into another form before they are imported.

    It is deleted afterwards; what a killed process left there is deleted before. Raises RunStopped when another process
    holds it or the folder cannot be written.
    """
    with one_at_a_time(importer, ".staging"):
        folder = settings.DATA_DIR / "staging" / importer
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise RunStopped(f"The data folder cannot be written: {error.strerror}.") from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
