"""Which sites can be allowed, and what that makes of a policy."""

import pytest

from wiki.rules.embedding import ANY_HTTPS_SITE, NO_SITE, Embedded, NotAnOrigin, frame_policy, origin_of

HOSTILE = [
    "https://a.example; script-src *",
    "https://a.example;script-src *",
    "https://a.example\nscript-src *",
    "https://a.example\r\nX-Frame-Options: ALLOWALL",
    "https://a.example https://b.example",
    "https://a.example,https://b.example",
    "'none'",
    "'self'",
    "*",
    "https:",
    "https://*",
    "https://*.blogs.example",
    "http://a.example",
    "data:text/html,x",
    "javascript://a.example/%0aalert(1)",
    "https://user:password@a.example",
    "https://a.example\\@b.example",
    "https://a.example:99999",
    "https://a.example:0",
    "https://a.example:443:443",
    "https://192.0.2.1",
    "https://[2001:db8::1]",
    "https://2130706433",
    "https://0x7f.1",
    "https://intranet",
    "https://-a.example",
    "https://a..example",
    "https://a_b.example",
    "https://straße.example",
    "https://a\u200d.example",
    "https://a\u202e.example",
    "https://" + "a" * 64 + ".example",
    "https://" + "a." * 80 + "example",
    "https://a.example\x00",
    "//a.example",
    "a.example",
    "",
]


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.garage.example", "https://www.garage.example"),
        ("  HTTPS://WWW.Garage.Example/  ", "https://www.garage.example"),
        ("https://garage.example:443", "https://garage.example"),
        ("https://garage.example:08443", "https://garage.example:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://修理。example", "https://xn--8uqv39f.example"),
    ],
)
def test_a_site_is_kept_as_browsers_compare_it(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin
    assert origin_of(origin) == origin


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_no_site_is_refused_with_a_sentence_and_stays_out_of_a_policy(typed: str) -> None:
    with pytest.raises(NotAnOrigin, match=r"\w.*\."):
        origin_of(typed)
    assert typed in ANY_HTTPS_SITE or frame_policy([typed]) == frame_policy(NO_SITE)


def test_http_is_for_this_very_machine_while_the_site_is_developed() -> None:
    assert origin_of("http://localhost:8000", local=True) == "http://localhost:8000"
    assert origin_of("http://127.0.0.1", local=True) == "http://127.0.0.1"
    for typed in ("http://localhost:8000", "https://localhost"):
        with pytest.raises(NotAnOrigin):
            origin_of(typed)
    with pytest.raises(NotAnOrigin):
        origin_of("http://a.example", local=True)


def test_an_address_of_a_page_is_refused_with_what_to_write_instead() -> None:
    with pytest.raises(NotAnOrigin, match=r"https://garage\.example allows all of its pages"):
        origin_of("https://garage.example/blog/?page=2#top")


def test_a_policy_opens_to_the_sites_named_and_nothing_else() -> None:
    named = frame_policy(["https://a.example", "https://b.example:8443"])
    assert named.startswith("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; ")
    assert named.endswith("base-uri 'none'; frame-ancestors 'self' https://a.example https://b.example:8443")
    assert frame_policy(ANY_HTTPS_SITE).endswith("frame-ancestors 'self' https:")
    assert frame_policy(NO_SITE).endswith("frame-ancestors 'self'")
    assert frame_policy(None).endswith("frame-ancestors 'none'")


def test_what_is_pasted_says_what_was_chosen_and_holds_no_markup_of_others() -> None:
    shown = Embedded(base="https://f.example", title='"><script>', problem=12, site="garage", theme="dark", width=480)
    assert shown.path == "/embed/v1/problem/12/?site=garage&theme=dark"
    assert shown.iframe == (
        '<iframe src="https://f.example/embed/v1/problem/12/?site=garage&amp;theme=dark" '
        'title="&quot;&gt;&lt;script&gt;" width="100%" height="520" loading="lazy" '
        'style="border:0;max-width:480px"></iframe>'
    )
    assert shown.script == (
        '<script src="https://f.example/embed/v1/widget.js" data-problem="12" data-site="garage" data-theme="dark" '
        'data-width="480" data-title="&quot;&gt;&lt;script&gt;" async></script>'
    )
    assert Embedded(base="", title="x", product=3, site="garage").path == "/embed/v1/lookup/?product=3&site=garage"
