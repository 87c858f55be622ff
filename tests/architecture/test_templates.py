"""Templates keep to the content security policy and to their one purpose."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PROJECT

# Values whose names end so hold HTML that wiki/richtext rendered and sanitised when it was written.
SANITISED = re.compile(r"(?:^|[._])html$")
INLINE_STYLE = re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"""<(?:script|link|img|source|iframe|use)\b[^>]*\s(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE
)
INPUTS = re.compile(r"\A\s*(?:\{%\s*load[^%]*%\}\s*)?\{%\s*comment\b")


def complaints(root: Path) -> Iterator[str]:
    """What is wrong with the templates below a root, one line each."""
    for path in sorted(root.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root)
        code = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
        if ".objects" in code:
            yield f"{name}: asks a manager"
        if INLINE_STYLE.search(code):
            yield f"{name}: has an inline style"
        if HANDLER.search(code):
            yield f"{name}: has an inline event handler"
        if ELSEWHERE.search(code):
            yield f"{name}: loads from another site"
        for attributes in SCRIPT.findall(code):
            # Frames on other sites have a policy of their own, under which files of this site need no nonce.
            framed = "embed" in path.parts and re.search(r"""\ssrc="\{% static """, f" {attributes}")
            if "nonce" not in attributes and "application/json" not in attributes and not framed:
                yield f"{name}: has a script without a nonce"
        for expression in re.findall(r"\{\{(.*?)\}\}", code, re.DOTALL):
            value, _, filters = expression.partition("|")
            if re.search(r"\bsafe\b", filters) and not SANITISED.search(value.strip()):
                yield f"{name}: trusts {value.strip()}"
        if "autoescape off" in code:
            yield f"{name}: switches escaping off"
        if "components" in path.parts and not INPUTS.search(text):
            yield f"{name}: doesn't begin with a comment that lists its inputs"


def test_the_templates_keep_to_the_policy() -> None:
    assert list(complaints(PROJECT / "templates")) == []


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        ("{% for fix in Fix.objects.all %}{% endfor %}", "{% for fix in objects %}{% endfor %}"),
        ('<p style="color:red">', '<p class="style">'),
        ('<a onclick="go()">', '<a data-on="click">'),
        ("<script>go()</script>", '<script nonce="{{ request.csp_nonce }}">go()</script>'),
        ('<script src="https://cdn.example/x.js" nonce="n">', '<a href="https://example.org/">'),
        ("{{ problem.title|safe }}", "{{ problem.symptom_html|safe }}"),
        ("{% autoescape off %}{{ x }}{% endautoescape %}", "{{ x }}"),
    ],
)
def test_a_planted_violation_is_seen(broken: str, kept: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(broken)
    assert len(list(complaints(tmp_path))) == 1
    page.write_text(kept)
    assert list(complaints(tmp_path)) == []


def test_a_component_without_its_inputs_is_seen(tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    component = tmp_path / "components" / "row.html"
    component.write_text("<p>{{ row }}</p>")
    assert list(complaints(tmp_path)) == ["components/row.html: doesn't begin with a comment that lists its inputs"]
    component.write_text("{% comment %}A row. row: what it shows.{% endcomment %}<p>{{ row }}</p>")
    assert list(complaints(tmp_path)) == []
