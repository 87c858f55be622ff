"""A few worker processes for costly texts, started when first needed and replaced when they end."""

import atexit
import contextlib
import os
import subprocess
import sys
from multiprocessing import Pipe
from pathlib import Path
from queue import Empty, LifoQueue

from wiki.richtext import limits

DONE, GAVE_UP = b"+", b"-"
"""How a worker's reply begins; the HTML follows ``DONE``."""


class _Worker:
    """One process and the connection to it."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, and no word from outside
                [sys.executable, "-m", "wiki.richtext.worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                # Nothing else of the environment: it holds the site's secrets.
                env={"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def render(self, text: str) -> str | None:
        """Return the HTML or None; raises OSError or EOFError when the process ended or is late."""
        self._connection.send_bytes(text.encode())
        if not self._connection.poll(limits.WALL_SECONDS):
            raise TimeoutError
        reply = self._connection.recv_bytes(limits.MAX_OUTPUT_BYTES + len(DONE))
        return reply[len(DONE) :].decode() if reply.startswith(DONE) else None

    def end(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.wait()


class Pool:
    """At most so many workers; a text that none is free for in time is not rendered."""

    def __init__(self, size: int) -> None:
        self._slots: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(size):
            self._slots.put(None)

    def render(self, text: str) -> str | None:
        """Return the text's HTML, or None when that is not possible under the limits."""
        try:
            worker = self._slots.get(timeout=limits.WALL_SECONDS)
        except Empty:
            return None
        try:
            worker = worker or _Worker()
            return worker.render(text)
        except (OSError, EOFError):
            if worker:
                worker.end()
            worker = None
            return None
        finally:
            self._slots.put(worker)

    def end(self) -> None:
        """End the workers that are free; a busy one ends with its connection."""
        with contextlib.suppress(Empty):
            while True:
                if worker := self._slots.get_nowait():
                    worker.end()


_pool = Pool(limits.WORKERS)


def _start_afresh() -> None:
    global _pool
    _pool = Pool(limits.WORKERS)


# A forked server process must not talk over its parent's connections.
os.register_at_fork(after_in_child=_start_afresh)
atexit.register(lambda: _pool.end())


def render_apart(text: str) -> str | None:
    """Return the text's HTML made in another process under the limits, or None."""
    return _pool.render(text)
