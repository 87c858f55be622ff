"""How often one key may do something: a counter in the cache for each window of time."""

import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Allowance:
    """What a window of time still allows. `seconds_left` until the next window."""

    is_granted: bool
    limit: int
    remaining: int
    seconds_left: int


def allow(key: str, limit: int, seconds: int, *, writes: bool = False) -> bool:
    """Count one more act under the key and say whether it is within `limit` per window of `seconds`."""
    return count(key, limit, seconds, writes=writes).is_granted


def count(key: str, limit: int, seconds: int, *, writes: bool = False) -> Allowance:
    """Count one more act under the key and say what is left of `limit` per window of `seconds`.

    Where the cache is down, reads go on and writes (`writes=True`) are refused: an attacker who stops the limiter gains
    nothing that lasts.
    """
    now = int(time.time())
    left = seconds - now % seconds
    counter = f"limit:{key}:{now // seconds}"
    try:
        cache.add(counter, 0, timeout=seconds)
        used = cache.incr(counter)
    except ValueError:
        # The window closed between the two calls.
        return Allowance(True, limit, limit - 1, left)
    except Exception:
        # Every cache backend has its own errors, and each means the same here.
        log.exception("The limiter is down: reads stay open, writes are closed.")
        return Allowance(not writes, limit, 0, left)
    return Allowance(used <= limit, limit, max(limit - used, 0), left)


def client_address(request: HttpRequest) -> str:
    """The address a request came from; behind a trusted proxy the last one that the proxy named."""
    if settings.TRUSTED_PROXY:
        forwarded: str = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()
    address: str = request.META.get("REMOTE_ADDR", "")
    return address
