"""Addresses of other people's servers: which of them a site may call without reaching into a private network."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from wiki.errors import AddressRefused

LONGEST = 500
PORTS = frozenset({443, 8443})
"""Ports that a webhook may be sent to: those on which servers speak HTTPS, so that no other service is knocked at."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter and has no digit, or is the ASCII form of another script: no numeral gets through.
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{2,59}})")
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~]+")
_PRIVATE_NAMES = frozenset(
    {"localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "home", "corp", "arpa", "onion"}
)
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_GLOBAL_6 = ipaddress.ip_network("2000::/3")
# Within the global block, but another address in disguise, or nobody's: Teredo, ORCHID, documentation, 6to4.
_NOT_GLOBAL_6 = tuple(map(ipaddress.ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20")))
_NOT_GLOBAL_4 = tuple(
    map(
        ipaddress.ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
            *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: `host` in lower case, `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host as a request names it; the port only where it is not the scheme's own."""
        own = {"https": 443, "http": 80}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == own else f"{host}:{self.port}"


def read_address(text: str, *, may_be_local: bool = False) -> Target:
    """Take the address of a webhook apart; raises AddressRefused with what is wrong with it.

    It is refused where two programs could read it differently: user names, numerals for a host, a dot at the end,
    letters beyond ASCII, escapes. `may_be_local`, for development: the own machine by name, without TLS, on any port.
    """
    if len(text) > LONGEST:
        raise AddressRefused(f"This address is longer than {LONGEST} characters.")
    if not text.isascii():
        raise AddressRefused("Write the address in ASCII; a name in other letters has a form that begins with xn--.")
    if not _PLAIN.fullmatch(text.lower()):
        raise AddressRefused("This is no address: it has spaces or signs that belong into none.")
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise AddressRefused("This is no address that can be read.") from error
    is_local = may_be_local and host in _LOOPBACK_NAMES
    if parts.scheme != "https" and not (is_local and parts.scheme == "http"):
        raise AddressRefused("The address has to begin with https://.")
    if "@" in parts.netloc:
        raise AddressRefused("Leave the user name and password out of the address.")
    if "#" in text:
        raise AddressRefused("Leave out what follows the # sign: it never leaves a browser.")
    if not is_local:
        _check_name(host)
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    if port not in PORTS and not (may_be_local and port):
        raise AddressRefused(f"Only the ports {' and '.join(map(str, sorted(PORTS)))} are called.")
    return Target(parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open Internet.

    Not those of private, loopback, link-local, shared (RFC 6598), documentation, benchmark and multicast networks, and
    not those that carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64): a router would unpack what we refuse.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not any(found in network for network in _NOT_GLOBAL_4)
    if found.scope_id is not None or found not in _GLOBAL_6:
        return False
    return found.is_global and not any(found in network for network in _NOT_GLOBAL_6)


def is_loopback(address: str) -> bool:
    """Whether an IP address is the own machine's."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _check_name(host: str) -> None:
    if host.endswith("."):
        raise AddressRefused("Leave out the dot at the end of the name.")
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise AddressRefused("Name a server by its full name, as hooks.example.org; numbers are not called.")
    if host.rsplit(".", 1)[-1] in _PRIVATE_NAMES:
        raise AddressRefused("This is a name of a private network, which this site does not call.")
