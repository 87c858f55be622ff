"""No spelling of an address and no answer of a name server leads a webhook into a private network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.errors import AddressRefused
from wiki.rules.web_addresses import Target, is_public, read_address

HOSTILE = [
    "http://hooks.example.org/",
    "ftp://hooks.example.org/",
    "//hooks.example.org/",
    "hooks.example.org",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://",
    "https:///path",
    "https://user@hooks.example.org/",
    "https://user:secret@hooks.example.org/",
    "https://hooks.example.org@127.0.0.1/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1.:443/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://[2606:4700::1111]/",
    "https://localhost/",
    "https://localhost.localdomain/",
    "https://LOCALHOST/",
    "https://db.internal/",
    "https://printer.local/",
    "https://router.lan/",
    "https://metadata/",
    "https://hooks.example.org./",
    "https://hooks..example.org/",
    "https://-hooks.example.org/",
    "https://hooks.example.0x7f/",
    "https://hooks.example.1/",
    "https://h%6fcalhost/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://127。0。0。1/",
    "https://bücher.example/",
    "https://hooks.example.org\\@127.0.0.1/",
    "https://hooks.example.org\t.evil.org/",
    "https://hooks.example.org/\r\nHost: localhost",
    "https://hooks.example.org/ path",
    "https://hooks.example.org/#part",
    "https://hooks.example.org:22/",
    "https://hooks.example.org:80/",
    "https://hooks.example.org:0/",
    "https://hooks.example.org:99999/",
    "https://hooks.example.org:port/",
    "https://hooks.example.org:٤٤٣/",
    "https://" + "a" * 64 + ".org/",
    "https://" + "a." * 130 + "org/",
    "https://hooks.example.org/" + "a" * 500,
    "",
]
PRIVATE = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1"),  # noqa: S104
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1"),
    *("192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808"),
    *("64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1"),
    *("fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "no address", "", "08.8.8.8"),
]


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_refused_with_a_sentence(address):
    with pytest.raises(AddressRefused) as refusal:
        read_address(address)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://hooks.example.org", Target("https", "hooks.example.org", 443, "/")),
        ("https://Hooks.Example.org:8443/in?key=a%20b", Target("https", "hooks.example.org", 8443, "/in?key=a%20b")),
        ("https://xn--bcher-kva.example/a;b=(c)", Target("https", "xn--bcher-kva.example", 443, "/a;b=(c)")),
        ("https://a.xn--p1ai/", Target("https", "a.xn--p1ai", 443, "/")),
    ],
)
def test_a_plain_address_is_taken_apart(address, target):
    assert read_address(address) == target


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_a_private_network_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::8"])
def test_an_address_of_the_open_internet_is_public(address):
    assert is_public(address)


def test_a_developers_site_may_call_its_own_machine_and_nothing_else_of_its_network():
    assert read_address("http://localhost:9000/x", may_be_local=True) == Target("http", "localhost", 9000, "/x")
    assert read_address("https://[::1]:9000/", may_be_local=True).host_header == "[::1]:9000"
    for address in ("http://hooks.example.org/", "https://192.168.1.1/", "http://u@localhost/"):
        with pytest.raises(AddressRefused):
            read_address(address, may_be_local=True)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_refused_or_names_a_server(text):
    try:
        target = read_address("https://" + text)
    except AddressRefused:
        return
    assert target.host.isascii()
    assert not target.host.replace(".", "").isdigit()
    assert target.port in (443, 8443)
