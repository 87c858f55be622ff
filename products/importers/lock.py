"""One import at a time: a lock that the system lets go when its process dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from products.errors import RunStopped


@contextmanager
def one_at_a_time(importer: str) -> Iterator[None]:
    """Hold the lock of an importer. Raises RunStopped when another process holds it or the folder cannot be written.

    It keeps processes of one machine apart and says so at once; between machines the checkpoint does, which a batch
    moves on only from where its own run left it.
    """
    folder = settings.DATA_DIR / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / f"{importer}.lock").open("w")
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
