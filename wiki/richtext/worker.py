"""The process that renders costly texts: ``python -m wiki.richtext.worker FD``, started by the pool.

It may use so much memory and, for each text, so much processor time; the kernel ends it when it does not
keep to that, wherever it happens to be. Signals cannot do this in a web server's threads.
"""

import contextlib
import resource
import signal
import sys
from multiprocessing.connection import Connection

from wiki.richtext import limits
from wiki.richtext.markup import to_html
from wiki.richtext.pool import DONE, GAVE_UP


def answer(text: str) -> bytes:
    """Return ``DONE`` and the HTML, or ``GAVE_UP`` when the text defeats the parser or makes too much."""
    try:
        html = to_html(text).encode()
    except Exception:  # the parser's failures have no common class: RecursionError, MemoryError, …
        return GAVE_UP
    return DONE + html if len(html) <= limits.MAX_OUTPUT_BYTES else GAVE_UP


def serve(connection: Connection) -> None:
    """Answer one text after another until the server goes away."""
    while True:
        try:
            text = connection.recv_bytes().decode()
        except EOFError:
            return
        # SIGPROF is left at its default action, which ends the process: no Python code has to run for it.
        signal.setitimer(signal.ITIMER_PROF, limits.CPU_SECONDS)
        reply = answer(text)
        signal.setitimer(signal.ITIMER_PROF, 0)
        connection.send_bytes(reply)


def confine() -> None:
    """Give up memory beyond the limit for good, and leave the keyboard to the server."""
    with contextlib.suppress(ValueError):  # macOS refuses an address-space limit
        resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the server, and its end ends this process


if __name__ == "__main__":
    confine()
    serve(Connection(int(sys.argv[1])))
