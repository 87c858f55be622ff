"""Where a name leads: resolved once for each call, refused as a whole where any address is not of the open Internet."""

from __future__ import annotations

import socket
import threading

from django.conf import settings

from wiki.errors import AddressRefused
from wiki.rules.web_addresses import Target, is_loopback, is_public, read_address

SECONDS = 5.0
"""A name server of the other side may be slow on purpose."""

_MOST_AT_ONCE = threading.BoundedSemaphore(16)


def look_up(address: str) -> tuple[Target, tuple[str, ...]]:
    """The address taken apart and the IP addresses that its name leads to, every one of them public.

    Whoever calls has to connect to one of exactly these: the name may lead elsewhere a moment later. Raises
    AddressRefused.
    """
    target = read_address(address, may_be_local=settings.WEBHOOKS_LOCAL)
    found = _resolve(target.host, target.port)
    if not found:
        raise AddressRefused(f"The name {target.host} leads nowhere.")
    for each in found:
        if not is_public(each) and not (settings.WEBHOOKS_LOCAL and is_loopback(each)):
            raise AddressRefused(f"The name {target.host} leads into a private network, which this site does not call.")
    return target, found


def _resolve(host: str, port: int) -> tuple[str, ...]:
    """What the resolver says, in its order; another thread asks, as the call has no limit of time."""
    found: list[str] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(row[4][0]) for row in rows))
        except (OSError, UnicodeError):
            pass  # it leads nowhere, which the caller sees
        finally:
            _MOST_AT_ONCE.release()

    if not _MOST_AT_ONCE.acquire(timeout=SECONDS):
        raise AddressRefused("Too many names are being looked up. Try again in a minute.")
    asking = threading.Thread(target=ask, name="webhook-lookup", daemon=True)
    asking.start()
    asking.join(SECONDS)
    if asking.is_alive():
        raise AddressRefused(f"The name {host} could not be looked up within {SECONDS:.0f} seconds.")
    return tuple(found)
