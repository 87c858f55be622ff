"""Domains of organisations: written in one way, held against mail addresses, websites and DNS text records.

Everything is compared in the form of the DNS (IDNA 2008, lower case, no dot at the end), so that no other spelling of
a name passes for it.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver
import idna
from django.conf import settings
from publicsuffixlist import PublicSuffixList

from accounts.errors import DomainRefused, RecordsUnreachable

LONGEST = 120
SECONDS = 3.0
"""How long name servers may take."""

_FREE_MAIL = """
126.com 139.com 163.com 188.com aim.com alice.it aliyun.com aol.com aol.de arcor.de att.net bellsouth.net
bigpond.com bluewin.ch bol.com.br btinternet.com btopenworld.com centrum.cz charter.net comcast.net cox.net
duck.com email.com email.cz email.de embarqmail.com excite.com fastmail.com fastmail.fm foxmail.com free.fr
freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net gmx.us googlemail.com hanmail.net
hey.com hotmail.be hotmail.ca hotmail.co.uk hotmail.com hotmail.com.br hotmail.de hotmail.es hotmail.fr hotmail.it
hushmail.com icloud.com inbox.com inbox.ru interia.pl juno.com keemail.me laposte.net libero.it list.ru live.ca
live.co.uk live.com live.de live.fr live.it live.nl lycos.com mac.com mail.bg mail.com mail.de mail.ee mail.ru
mailbox.org mailfence.com mailinator.com me.com msn.com naver.com neuf.fr netscape.net ntlworld.com o2.pl
online.de onet.pl optonline.net optusnet.com.au orange.fr outlook.com outlook.de outlook.es outlook.fr outlook.it
planet.nl pm.me posteo.de posteo.net proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com
roadrunner.com rocketmail.com rogers.com sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com skynet.be sky.com sohu.com
startmail.com sympatico.ca t-online.de talktalk.net telenet.be terra.com.br tin.it tiscali.co.uk tiscali.it tuta.io
tutamail.com tutanota.com tutanota.de ukr.net uol.com.br usa.net verizon.net virgilio.it virginmedia.com voila.fr
walla.co.il wanadoo.fr web.de windstream.net wp.pl xtra.co.nz ya.ru yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk
yahoo.com yahoo.com.au yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru yeah.net ymail.com
zoho.com ziggo.nl
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())
"""Where anybody gets an address: whoever has one shows nothing with it."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_NO_DOMAIN = "This is no domain. Please write it as in your mail addresses: torque.example"


def domain_of_organisation(typed: str) -> str:
    """The domain that was typed, or copied out of an address bar, in the form of the DNS.

    Raises DomainRefused for what is none, for one under which anybody registers (co.uk), and for those of free mail.
    """
    host = re.sub(r"^https?://", "", typed.strip(), flags=re.IGNORECASE)
    domain = in_dns_form(re.split(r"[/?#]", host, maxsplit=1)[0]).removeprefix("www.")
    registered = _suffixes().privatesuffix(domain)
    if registered is None:
        raise DomainRefused(f"Under {domain} anybody registers. Please write your own domain.")
    if registered in FREE_MAIL:
        raise DomainRefused(f"Anybody gets an address at {registered}: it does not show who you are.")
    return domain


def mail_address_at(domain: str, typed: str) -> str:
    """The mail address that was typed, if it is at the domain or below it. Raises DomainRefused."""
    address = plain_mail_address(typed)
    if not is_at(address.partition("@")[2], domain):
        raise DomainRefused(f"This address is not at {domain}.")
    return address


def plain_mail_address(typed: str) -> str:
    """The mail address that was typed, its domain in the form of the DNS. Raises DomainRefused.

    Only plain addresses: no quotes, comments, lines or second @ in which two programs could read two addresses.
    """
    local, at, host = typed.strip().partition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64:
        raise DomainRefused("This is no mail address.")
    return f"{local}@{in_dns_form(host)}"


def website_at(domain: str, typed: str) -> str:
    """The website that was typed, if its host is at the domain; nothing stays nothing. Raises DomainRefused."""
    if not typed:
        return ""
    try:
        parts = urlsplit(typed)
        host = in_dns_form(parts.hostname or "")
        bare = not (parts.username or parts.password or parts.port)
    except ValueError:
        raise DomainRefused("This is no address of a website.") from None
    if parts.scheme not in ("http", "https") or not bare:
        raise DomainRefused("This is no address of a website.")
    if not domain or not is_at(host, domain):
        raise DomainRefused(f"Only a website at your own domain{f', {domain},' if domain else ''} can stand here.")
    return typed


def is_at(host: str, domain: str) -> bool:
    """Whether a host is the domain or below it; both in the form of the DNS."""
    return host == domain or host.endswith("." + domain)


def in_dns_form(typed: str) -> str:
    """A name of the DNS in lower case and ASCII, without a dot at the end. Raises DomainRefused."""
    try:
        name = idna.encode(typed, uts46=True, std3_rules=True).decode("ascii").lower().removesuffix(".")
    except (idna.IDNAError, UnicodeError):
        raise DomainRefused(_NO_DOMAIN) from None
    labels = name.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or len(name) > LONGEST:
        raise DomainRefused(_NO_DOMAIN)
    return name


def text_records(domain: str) -> list[str]:
    """The TXT records at a domain, each with its strings joined; none where it has none or does not exist.

    Raises RecordsUnreachable where the name servers say nothing, or nothing useful, within three seconds.
    """
    try:
        resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
        if settings.DNS_SERVERS:
            resolver.nameservers = [_name_server(server) for server in settings.DNS_SERVERS]
        answer = resolver.resolve(dns.name.from_text(f"{domain}."), "TXT", lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise RecordsUnreachable from error
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def _name_server(server: str) -> dns.nameserver.Nameserver:
    parts = urlsplit(f"//{server}")
    return dns.nameserver.Do53Nameserver(parts.hostname or "", parts.port or 53)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
