"""Hostile texts through the whole of richtext, and through its last step alone."""

from pathlib import Path

import lxml.html
import pytest

from tests.hostile.dangers import dangers, payloads
from wiki.richtext import plain, render
from wiki.richtext.sanitise import sanitise

SAMPLE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='//evil.example' target=_blank style='position:fixed' name=cookie data-x=1>x</a>",
    "<form action=https://evil.example><input name=password><button formaction=javascript:alert(1)>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<div id=location class=footer onclick=alert(1)>x</div>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](https://bank.example@evil.example/)",
    "[x](mailto:a@b.example?bcc=c@d.example)",
    "![x](https://evil.example/pixel.png)",
    "![x](/media/../accounts/sign-out/)",
    '![x](x" onerror="alert(1))',
    '[x](https://a.example "\' onmouseover=alert(1)")',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "``` <script>alert(1)</script>\nx\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "[^x]\n\n[^x]: <img src=x onerror=alert(1)>",
    "\x02wzxhzdk:0\x03<b>\x02amp\x03lt;script>",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
]

CONTEXTS = "[x]({0})\n\n![x]({0})\n\n<{0}>\n\n[y][r] ![y][r]\n\n[r]: {0}"


@pytest.mark.parametrize(
    "planted", ["<b onclick='x'>x</b>", "<a href='javascript:x'>x</a>", "<p id=x>x</p>", "<!--x-->"]
)
def test_a_planted_danger_is_found(planted: str) -> None:
    assert dangers(planted)


@pytest.mark.parametrize("text", SAMPLE)
def test_nothing_dangerous_is_rendered(text: str) -> None:
    assert dangers(render(text)) == []


@pytest.mark.parametrize("text", SAMPLE)
def test_the_last_step_alone_lets_no_html_through_that_is_dangerous(text: str) -> None:
    assert dangers(sanitise(text, id_prefix="t0123456789-")) == []


def test_the_whole_script_corpus_is_harmless_when_rendered(shared_data: Path) -> None:
    corpus = payloads(shared_data, "xss_corpus")
    assert len(corpus) > 9_000
    assert {text: found for text in corpus if (found := dangers(render(text)))} == {}


def test_the_whole_script_corpus_is_harmless_after_the_last_step_alone(shared_data: Path) -> None:
    corpus = payloads(shared_data, "xss_corpus")
    assert {text: found for text in corpus if (found := dangers(sanitise(text, id_prefix="t0123456789-")))} == {}


def test_hostile_addresses_are_harmless_wherever_markdown_takes_an_address(shared_data: Path) -> None:
    addresses = payloads(shared_data, "open_redirect") + [
        text
        for text in payloads(shared_data, "xss_corpus")
        if text.lower().lstrip("\"'> ").startswith(("javascript", "data:", "vbscript", "java", "&#", "\\"))
    ]
    assert len(addresses) > 300
    assert {text: found for text in addresses if (found := dangers(render(CONTEXTS.format(text))))} == {}


@pytest.mark.parametrize("name", ["naughty_strings", "ssti", "commonmark_spec", "crlf", "csv_injection", "xxe"])
def test_odd_strings_are_rendered_and_made_plain_without_harm(shared_data: Path, name: str) -> None:
    for text in payloads(shared_data, name):
        assert dangers(render(text)) == []
        assert isinstance(plain(text), str)


def test_template_code_stays_the_text_it_is(shared_data: Path) -> None:
    kept = [text for text in payloads(shared_data, "ssti") if not set(text) & set("*_[]()<>`\\\n#&")]
    assert len(kept) >= 3
    for text in [*kept, "{{ 7*7 }} {% debug %}"]:
        shown = lxml.html.fragment_fromstring(render(text), create_parent="main").text_content()
        assert shown.split() == text.split()
