"""What a text in Markdown becomes."""

import lxml.html
import pytest

from wiki.richtext import render
from wiki.richtext.markup import to_html
from wiki.richtext.pool import render_apart


def rendered(text: str) -> lxml.html.HtmlElement:
    return lxml.html.fragment_fromstring(render(text), create_parent="main")


def tags(text: str) -> list[str]:
    return [element.tag for element in rendered(text).iterdescendants()]


def test_headings_stay_below_those_of_the_page() -> None:
    assert tags("# a\n\n## b\n\n### c\n\n#### d\n\n###### e") == ["h3", "h4", "h5", "h6", "h6"]


def test_code_tables_quotes_and_lists_are_rendered() -> None:
    assert tags("```\nx < 1\n```") == ["pre", "code"]
    assert tags("> a") == ["blockquote", "p"]
    assert tags("|a|b|\n|:-|-:|\n|1|2|") == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    assert [cell.get("align") for cell in rendered("|a|b|\n|:-|-:|\n|1|2|").iter("td")] == ["left", "right"]


def test_a_list_may_follow_a_line_of_text_and_nest_by_two_or_three_spaces() -> None:
    page = rendered("You need:\n1. a jack\n   - or a lift\n     - with two posts\n2. a key")
    assert [item.text.strip() for item in page.findall("ol/li")] == ["a jack", "a key"]
    assert page.findtext("ol/li/ul/li").strip() == "or a lift"
    assert page.findtext("ol/li/ul/li/ul/li").strip() == "with two posts"


def test_a_number_in_running_text_begins_no_list_and_code_keeps_its_dashes() -> None:
    assert tags("It was built in\n1998. Then no more.") == ["p", "br"]
    assert rendered("```\ntext\n- a\n  - b\n```").findtext("pre/code") == "text\n- a\n  - b\n"
    assert rendered("text\n\n    - a").findtext("pre/code") == "- a\n"


def test_a_list_keeps_the_number_it_begins_with() -> None:
    assert rendered("3. c\n4. d").find("ol").get("start") == "3"


def test_a_line_stays_a_line() -> None:
    assert tags("a\nb") == ["p", "br"]


def test_html_is_shown_as_it_was_typed() -> None:
    text = "pin 3 < 2 V & <module> <b>x</b> &nbsp; <!-- y -->"
    assert rendered(text.replace("&nbsp;", "")).text_content() == text.replace("&nbsp;", "")
    assert tags(text) == ["p"]


@pytest.mark.parametrize(
    ("typed", "href"),
    [
        ("[x](https://a.example/b?c=d#e)", "https://a.example/b?c=d#e"),
        ("[x](HTTP://a.example)", "HTTP://a.example"),
        ("[x](mailto:a@b.example)", "mailto:a@b.example"),
        ("[x](/problems/12/)", "/problems/12/"),
        ("<https://a.example/b_c_d>", "https://a.example/b_c_d"),
        ("see https://a.example/b_c_d.", "https://a.example/b_c_d"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("[https://a.example](https://b.example)", "https://b.example"),
    ],
)
def test_links_to_the_web_to_mail_and_to_our_pages_are_kept(typed: str, href: str) -> None:
    (link,) = rendered(typed).iter("a")
    assert link.get("href") == href
    assert link.get("rel") == "nofollow ugc noopener noreferrer"


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "data:text/html,x", "ftp://a.example", "//a.example", "/\\a.example", "x:y", "page"),
        *("https://bank.example@a.example", "https:a.example", "mailto:a@b.example?cc=c@d.example"),
    ],
)
def test_any_other_link_leads_nowhere_but_keeps_its_text(address: str) -> None:
    page = rendered(f"[the text]({address})")
    assert page.text_content() == "the text"
    assert [link.get("href") for link in page.iter("a")] == [None]


def test_an_image_of_our_own_is_shown_and_one_from_elsewhere_becomes_a_link() -> None:
    (image,) = rendered("![the plate](/media/photos/3f/ab-12.webp)").iter("img")
    assert (image.get("src"), image.get("alt")) == ("/media/photos/3f/ab-12.webp", "the plate")
    foreign = rendered("![the plate](https://a.example/x.png)")
    assert [(link.get("href"), link.text) for link in foreign.iter("a")] == [("https://a.example/x.png", "the plate")]
    assert not list(foreign.iter("img"))


def test_a_foreign_image_inside_a_link_leaves_the_link() -> None:
    (link,) = rendered("[![the plate](https://a.example/x.png)](https://b.example)").iter("a")
    assert (link.get("href"), link.text_content()) == ("https://b.example", "the plate")


def test_footnotes_of_two_texts_on_one_page_do_not_meet() -> None:
    texts = ["one[^1]\n\n[^1]: first", "two[^1]\n\n[^1]: second"]
    page = lxml.html.fragment_fromstring("".join(map(render, texts)), create_parent="main")
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 4
    for link in page.iter("a"):
        assert link.get("href").removeprefix("#") in ids
    assert page.get_element_by_id(page.findall(".//sup/a")[1].get("href")[1:]).text_content().strip()[:6] == "second"


def test_the_same_text_is_rendered_the_same_way_here_and_apart() -> None:
    text = "# a\n\n**b** [c](/d/) ![e](/media/f.jpg)\n\n- g[^1]\n\n[^1]: ü 漢字 🚗"
    assert render_apart(text) == to_html(text) == render(text)


def test_a_text_that_is_too_long_keeps_its_lines_and_paragraphs() -> None:
    assert render("a <b>\nc\n\n\nd" + "e" * 50_000).startswith("<p>a &lt;b&gt;<br>c</p><p>deee")


def test_windows_and_old_line_ends_are_lines() -> None:
    assert render("a\r\nb\r\rc") == render("a\nb\n\nc")
