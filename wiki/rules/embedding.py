"""Frames on other sites: which sites an organisation may name, the policy a frame answers with, what is pasted there.

An origin is scheme, host and port of a site (RFC 6454), as a browser compares it: `https://shop.example:8443`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from accounts.rules.community import whole

LONGEST_ORIGIN = 120
ANY_HTTPS_SITE = ("https:",)
NO_SITE: tuple[str, ...] = ()
THEMES = ("light", "dark")
LOCAL_HOSTS = ("localhost", "127.0.0.1")

_TYPED = re.compile(r"(?P<scheme>[a-z]+)://(?P<host>[^/?#@:\\]+)(?::(?P<port>\d{1,5}))?(?P<rest>.*)", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Python reads these as IDNA 2003 does and browsers as UTS 46: another name, which can be another person's.
_READ_TWO_WAYS = frozenset("ßẞς\u200c\u200d")
_USUAL_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class EmbedRules:
    """What an organisation's own site may show of this one."""

    sites: int = whole(20, "sites", "Most sites on which an organisation's frames are shown.")
    seconds_fresh: int = whole(300, "seconds", "How long a browser may show a frame without asking again.")


class NotAnOrigin(ValueError):
    """Text that names no site on which a frame can be allowed, with the reason as a sentence."""


def origin_of(text: str, *, local: bool = False) -> str:
    """The origin that was typed, in the form in which a browser compares it. Raises NotAnOrigin.

    https only; `local` also takes http on this very machine, for development. A name in other letters becomes what the
    network knows it by (xn--…). There are no wildcards: `*.blogs.example` would open a frame to everybody's blog.
    """
    typed = text.strip()
    if not typed:
        raise NotAnOrigin("Type the beginning of your site's address, as https://www.your-garage.example.")
    if "*" in typed:
        raise NotAnOrigin("There are no wildcards: name each site by itself.")
    if len(typed) > LONGEST_ORIGIN or not typed.isprintable() or re.search(r"[\s;,'\"<>@\\]", typed):
        raise NotAnOrigin("This is no address of a site: write it as https://www.your-garage.example.")
    parts = _TYPED.fullmatch(typed)
    if parts is None:
        raise NotAnOrigin("Begin with https:// and leave out everything after the name of the site.")
    scheme = parts["scheme"].lower()
    host = _host(parts["host"])
    if not (scheme == "https" or (local and scheme == "http" and host in LOCAL_HOSTS)):
        raise NotAnOrigin("Only sites at https:// are possible: elsewhere anybody on the way can change the page.")
    if host not in LOCAL_HOSTS or not local:
        _check_name(host)
    port = int(parts["port"] or _USUAL_PORTS[scheme])
    if not 1 <= port <= 65_535:
        raise NotAnOrigin("A port is a number from 1 to 65535.")
    origin = f"{scheme}://{host}" if port == _USUAL_PORTS[scheme] else f"{scheme}://{host}:{port}"
    if parts["rest"] not in ("", "/"):
        raise NotAnOrigin(f"Leave out what follows the name of the site: {origin} allows all of its pages.")
    if len(origin) > LONGEST_ORIGIN:
        raise NotAnOrigin(f"This is too long: {LONGEST_ORIGIN} characters are the most.")
    return origin


def _host(typed: str) -> str:
    """A host in the letters of the network."""
    if _READ_TWO_WAYS & set(typed):
        raise NotAnOrigin("Copy this name from your browser's address bar, where it begins with xn--.")
    try:
        return typed.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise NotAnOrigin("This is no name of a site.") from error


def _check_name(host: str) -> None:
    labels = host.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotAnOrigin("This is no name of a site on the internet, as www.your-garage.example.")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        raise NotAnOrigin("Name the site by its name, not by a number.")
    if labels[-1].isdigit():
        raise NotAnOrigin("Name the site by its name, not by a number.")


def frame_policy(sites: Iterable[str] | None) -> str:
    """The Content-Security-Policy of a frame that may stand on these sites and on this one; None: on none at all.

    What is no origin (or the scheme `https:`) is left out, wherever it came from: a policy is a list of words, and a
    word too many would be an order of its own.
    """
    ancestors = "'none'"
    if sites is not None:
        ancestors = " ".join(["'self'", *filter(_is_word_of_policy, sites)])
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )


def _is_word_of_policy(site: str) -> bool:
    try:
        return site in ANY_HTTPS_SITE or origin_of(site, local=True) == site
    except NotAnOrigin:
        return False


@dataclass(frozen=True, slots=True)
class Embedded:
    """What is to be shown on another site: the plan of a problem, or a lookup box for a product.

    `base` is this site's address without a slash at the end; `site` the slug of the organisation in whose name it is
    shown, `theme` light or dark, `width` the most pixels; empty and None mean the standard. `title` names the frame to
    people who can't see it.
    """

    base: str
    title: str
    problem: int | None = None
    product: int | None = None
    site: str = ""
    theme: str = ""
    width: int | None = None

    @property
    def height(self) -> int:
        """Pixels that the frame has where it can't measure itself."""
        return 520 if self.problem is not None else 440

    @property
    def path(self) -> str:
        """Where the frame is, from this site's root."""
        place = f"problem/{self.problem}/" if self.problem is not None else "lookup/"
        asked = urlencode([(name, value) for name, value in self._said() if name != "problem"])
        return f"/embed/v1/{place}{'?' if asked else ''}{asked}"

    @property
    def iframe(self) -> str:
        """One element that shows the frame at a fixed height."""
        style = f"border:0;max-width:{self.width}px" if self.width else "border:0"
        return _element(
            "iframe",
            [
                ("src", f"{self.base}{self.path}"),
                ("title", self.title),
                ("width", "100%"),
                ("height", str(self.height)),
                ("loading", "lazy"),
                ("style", style),
            ],
        )

    @property
    def script(self) -> str:
        """One element that makes the frame and keeps it as high as what it shows."""
        said = [(f"data-{name}", value) for name, value in self._said()]
        if self.width:
            said.append(("data-width", str(self.width)))
        source = ("src", f"{self.base}/embed/v1/widget.js")
        return _element("script", [source, *said, ("data-title", self.title)], bare="async")

    def _said(self) -> Sequence[tuple[str, str]]:
        pairs = [("problem", self.problem), ("product", self.product), ("site", self.site), ("theme", self.theme)]
        return [(name, str(value)) for name, value in pairs if value]


def _element(name: str, attributes: Sequence[tuple[str, str]], *, bare: str = "") -> str:
    said = " ".join(f'{key}="{escape(value)}"' for key, value in attributes)
    return f"<{name} {said}{' ' if bare else ''}{bare}></{name}>"
