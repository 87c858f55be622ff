"""Domains: one spelling of each, no free mail, no public suffix, and text records from a real name server."""

import pytest

from accounts import domains
from accounts.domains import domain_of_organisation, mail_address_at, text_records, website_at
from accounts.errors import DomainRefused, RecordsUnreachable
from tests.accounts.name_server import name_server


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("torque.example", "torque.example"),
        (" Torque.EXAMPLE. ", "torque.example"),
        ("https://www.torque.example/about?x=1", "torque.example"),
        ("service.torque.co.uk", "service.torque.co.uk"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("ｔorque.example", "torque.example"),
        ("torque。example", "torque.example"),
        # A Cyrillic letter is another name, and looks like one.
        ("tоrque.example", "xn--trque-jye.example"),
    ],
)
def test_a_domain_is_kept_in_one_spelling(typed, domain):
    assert domain_of_organisation(typed) == domain


@pytest.mark.parametrize(
    "typed",
    [
        "", "torque", "co.uk", "github.io", "com", "127.0.0.1", "[::1]", "torque.example:25", "a@torque.example",
        "torque..example", "-torque.example", "torque_.example", "tor que.example", "torque.example\r\nBcc: x@y.zz",
        "gmail.com", "mail.gmail.com", "GMAIL.com.", "ｇmail.com", "x" * 130 + ".example", "tor\u200dque.example",
    ],
)  # fmt: skip
def test_what_is_no_domain_of_an_organisation_is_refused(typed):
    with pytest.raises(DomainRefused):
        domain_of_organisation(typed)


def test_a_mail_address_counts_at_the_domain_and_below_it():
    assert mail_address_at("torque.example", "Info@Torque.Example") == "Info@torque.example"
    assert mail_address_at("torque.example", "desk@service.torque.example.") == "desk@service.torque.example"
    assert mail_address_at("xn--bcher-kva.example", "info@bücher.example") == "info@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "typed",
    [
        "info@evil.com", "user@evil.com.torque.example@x", "user@torque.example@evil.com",
        "user@torque.example.evil.com",
        "user@nottorque.example", "user@tоrque.example", '"a@torque.example"@evil.com', '"a b"@torque.example',
        "user@torque.example\nBcc: all@evil.com", "us\r\ner@torque.example", "<user@torque.example>", "@torque.example",
        "a,b@torque.example", "user@torque.example, x@evil.com", "user@torque.example%00",
        "user(@evil.com)@torque.example",
        "user@", "torque.example", ".user@torque.example", "x" * 65 + "@torque.example",
    ],
)  # fmt: skip
def test_an_address_elsewhere_or_with_a_trick_is_refused(typed):
    with pytest.raises(DomainRefused):
        mail_address_at("torque.example", typed)


def test_a_website_stands_at_the_domain():
    assert website_at("torque.example", "https://www.torque.example/x") == "https://www.torque.example/x"
    assert website_at("torque.example", "") == ""
    for typed in (
        "https://evil.com/", "https://torque.example@evil.com/", "javascript:alert(1)", "https://torque.example.evil.com",
        "https://a:b@torque.example/", "https://torque.example:8443/", "//torque.example", "https://[::1", "x",
    ):  # fmt: skip
        with pytest.raises(DomainRefused):
            website_at("torque.example", typed)
    with pytest.raises(DomainRefused):
        website_at("", "https://torque.example/")


def test_text_records_are_read_from_the_name_server_of_the_settings(settings, monkeypatch):
    monkeypatch.setattr(domains, "SECONDS", 0.3)
    with name_server() as server:
        settings.DNS_SERVERS = [server.address]
        server.records = {"torque.example": ["v=spf1 -all", 'fixlore-"  "verify=abc'], "empty.example": []}
        server.silent, server.broken = {"slow.example"}, {"broken.example"}

        assert sorted(text_records("torque.example")) == ["fixlore-verify=abc", "v=spf1 -all"]
        assert text_records("empty.example") == text_records("nobody.example") == []
        for domain in ("slow.example", "broken.example"):
            with pytest.raises(RecordsUnreachable):
                text_records(domain)
        assert server.asked[0] == "torque.example"
