"""The reader of pages that all page tests stand on."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from tests.html import NotOnThePage, read

PAGE = """<!doctype html><html><head><title>A page</title></head><body><h1>Head</h1>
<ul><li data-testid="row">One <b>bold</b></li><li data-testid="row">Two</li></ul>
<p data-testid="alone">A<script>never()</script> <a href="/x/">link</a></p>
<form data-testid="ask" action="/ask/"><input name="title" value="typed" aria-invalid="true" aria-describedby="hint e1">
<p id="hint"></p><p id="e1">Too short.</p><textarea name="body">kept</textarea>
<input type="checkbox" name="kind" value="a" checked><input type="checkbox" name="kind" value="b" checked>
<input type="checkbox" name="kind" value="c"><button name="go" value="1">Go</button></form></body></html>"""


def test_parts_are_found_by_name_and_read_as_text() -> None:
    page = read(HttpResponse(PAGE))
    assert page.title == "A page"
    assert [row.text for row in page.all("row")] == ["One bold", "Two"]
    assert page.one("alone").text == "A link"
    assert page.one("alone").links == {"link": "/x/"}
    assert page.headings == [(1, "Head")]


def test_a_part_that_is_missing_or_doubled_fails_with_what_there_is() -> None:
    page = read(StreamingHttpResponse([PAGE.encode()]))
    with pytest.raises(NotOnThePage, match="0 parts are called 'plan'; there are alone, ask, row"):
        page.one("plan")
    with pytest.raises(NotOnThePage, match="2 parts"):
        page.one("row")
    assert not page.has("plan")


def test_a_form_tells_what_it_holds_and_what_it_complains_about() -> None:
    form = read(PAGE).form("ask")
    assert form.values == {"title": "typed", "body": "kept", "kind": ["a", "b"]}
    assert form.errors == {"title": "Too short."}
    assert form.action == "/ask/"
