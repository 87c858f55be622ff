"""One call to a webhook: to the very address that was checked, within ten seconds, without following anything."""

from __future__ import annotations

import contextlib
import functools
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.response import BaseHTTPResponse

from wiki.errors import AddressRefused
from wiki.rules.web_addresses import Target
from wiki.webhooks.lookup import look_up

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MOST_READ = 64 * 1024
KEPT = 500
"""Characters of an answer that the log shows."""
AGENT = "Fixlore webhooks"
_MOST_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: a status with the beginning of the answer, or the reason why none came."""

    status: int | None = None
    text: str = ""
    error: str = ""
    retry_after: str = ""
    milliseconds: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def call(address: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post a body and say what was answered; whatever goes wrong is an answer too.

    Proxies of the environment are not used, redirects not followed, and at most 64 KB of the answer are read.
    """
    began = time.monotonic()

    def lasted() -> int:
        return round((time.monotonic() - began) * 1000)

    try:
        target, found = look_up(address)
        answer = _post(target, found, body, headers)
    except AddressRefused as refusal:
        return Answer(error=str(refusal)[:200], milliseconds=lasted())
    except _Failed as failure:
        return Answer(error=str(failure)[:200], milliseconds=lasted())
    return Answer(answer.status, answer.text, answer.error, answer.retry_after, lasted())


class _Failed(Exception):
    """No answer came; the text says why."""


def _post(target: Target, found: tuple[str, ...], body: bytes, headers: Mapping[str, str]) -> Answer:
    deadline = time.monotonic() + TOTAL_SECONDS
    connection = _connected(target, found, deadline)
    is_late = threading.Event()
    sock = connection.sock
    assert sock is not None  # connect() has just made it

    def cut() -> None:
        is_late.set()
        with contextlib.suppress(OSError):  # the other side was quicker
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    # A limit for each read would let a server send one byte every nine seconds for hours.
    watch = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    watch.daemon = True
    watch.start()
    try:
        sock.settimeout(TOTAL_SECONDS)
        sent = {
            "Host": target.host_header,
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "Accept-Encoding": "identity",
            "Connection": "close",
            **headers,
        }
        connection.request("POST", target.path, body=body, headers=sent, preload_content=False, decode_content=False)
        answer = connection.getresponse()
        if is_late.is_set():  # what was cut within its headers looks like an answer that ends there
            raise TimeoutError
        return Answer(answer.status, _beginning(answer), retry_after=answer.headers.get("Retry-After", "")[:80])
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        if is_late.is_set():
            raise _Failed(f"No answer within {TOTAL_SECONDS:.0f} seconds.") from error
        raise _Failed("The connection broke off before an answer came.") from error
    finally:
        watch.cancel()
        connection.close()


def _connected(target: Target, found: tuple[str, ...], deadline: float) -> HTTPConnection:
    """A connection to one of the addresses found, before the deadline; its certificate is verified for the name."""
    why = _Failed("No connection.")
    for address in found[:_MOST_ADDRESSES]:
        left = min(CONNECT_SECONDS, deadline - time.monotonic())
        if left <= 0:
            break
        connection = _connection(target, address, left)
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            connection.close()
            raise _Failed(f"Its certificate is not valid: {error.verify_message}.") from error
        except NewConnectionError:
            why = _Failed("The server takes no connection.")
        except (ConnectTimeoutError, TimeoutError):
            why = _Failed(f"No connection within {CONNECT_SECONDS:.0f} seconds.")
        except (HTTPError, ssl.SSLError, OSError) as error:
            why = _Failed(f"No connection: {type(error).__name__}.")
        else:
            return connection
        connection.close()
    raise why


def _connection(target: Target, address: str, seconds: float) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=seconds)
    return HTTPSConnection(
        address,
        target.port,
        timeout=seconds,
        ssl_context=trusted(),
        cert_reqs=ssl.CERT_REQUIRED,
        server_hostname=target.host,
    )


@functools.cache
def trusted() -> ssl.SSLContext:
    """Whom the machine trusts, read once: 21 ms of CPU for the list of all authorities."""
    return ssl.create_default_context()


def _beginning(answer: BaseHTTPResponse) -> str:
    """How the answer begins, as text without control characters; empty where it broke off: the status has come."""
    try:
        data = answer.read(MOST_READ, decode_content=False)
    except (HTTPError, http.client.HTTPException, OSError, ValueError):
        return ""
    text = data.decode("utf-8", "replace")[:KEPT]
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in text)
