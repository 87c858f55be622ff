"""How often one key may do something: a counter in the cache for each window of time."""

import logging
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

log = logging.getLogger(__name__)


def allow(key: str, limit: int, seconds: int, *, writes: bool = False) -> bool:
    """Count one more act under the key and say whether it is within `limit` per window of `seconds`.

    Where the cache is down, reads go on and writes (`writes=True`) are refused: an attacker who stops the limiter gains
    nothing that lasts.
    """
    counter = f"limit:{key}:{int(time.time()) // seconds}"
    try:
        cache.add(counter, 0, timeout=seconds)
        return cache.incr(counter) <= limit
    except ValueError:
        # The window closed between the two calls.
        return True
    except Exception:
        # Every cache backend has its own errors, and each means the same here.
        log.exception("The limiter is down: reads stay open, writes are closed.")
        return not writes


def client_address(request: HttpRequest) -> str:
    """The address a request came from; behind a trusted proxy the last one that the proxy named."""
    if settings.TRUSTED_PROXY:
        forwarded: str = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()
    address: str = request.META.get("REMOTE_ADDR", "")
    return address
