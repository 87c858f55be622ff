"""Texts made to cost the server time or memory."""

import random
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from tests.hostile.dangers import dangers
from wiki.richtext import limits, plain, render
from wiki.richtext.pool import Pool

LONG = "Check the **sensor** first, see [the bulletin](https://example.org/12).\n\n- one\n- two\n\n" * 100

COSTLY = {
    "2,000 brackets": "[" * 2_000,
    "brackets that are not worth trying": "[" * 40_000,
    "images never closed": "![" * 3_000,
    "links never closed": "[a](" * 12_000,
    "quotes in quotes": ">" * 40_000,
    "items in items": "- " * 20_000 + "a",
    "numbers in numbers": "1. " * 10_000 + "a",
    "indented lists": "\n".join("    " * depth + "- a" for depth in range(150)),
    "one emphasis in another": "*a **b " * 5_000 + "c** d*" * 2_000,
    "rules that are none": "---\n" * 12_000,
    "fences never closed": "\n".join("`" * (3 + n) for n in range(300)),
    "one footnote cited often": "[^1]" * 10_000 + "\n\n[^1]: a",
    "more than is allowed": "a" * 10_000_000,
    "all entities": '&"' * 5_000_000,
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY.keys())
def test_a_costly_text_ends_in_time_and_within_the_output_limit(text: str) -> None:
    began = time.monotonic()
    html = render(text)
    assert time.monotonic() - began < limits.CPU_SECONDS + limits.WALL_SECONDS
    assert len(html.encode()) <= limits.MAX_OUTPUT_BYTES
    assert dangers(html) == []


def test_a_text_that_exceeds_the_limit_is_shown_as_typed_and_the_next_one_rendered() -> None:
    costly = "<b>[a](" * 8_000
    assert render(costly) == f"<p>{costly.replace('<', '&lt;').replace('>', '&gt;')}</p>"
    assert "<strong>sensor</strong>" in render(LONG)


def test_a_short_text_that_makes_a_huge_table_is_shown_as_typed() -> None:
    def table(columns: int, rows: int) -> str:
        return "|a" * columns + "|\n" + "|-" * columns + "|\n" + "|\n" * rows

    assert render(table(8, 20)).startswith("<table>")
    assert limits.is_cheap(table(8, 20))
    assert render(table(400, 300)).startswith("<p>|a|a")
    assert not limits.is_cheap(table(400, 300))


def test_a_worker_is_ended_at_the_limit_of_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WALL_SECONDS", 120.0)  # on a busy machine the clock would end it first
    pool = Pool(1)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert pool.render("[a](" * 12_000) is None
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    starting = 1.0
    seconds = ended.ru_utime + ended.ru_stime - used.ru_utime - used.ru_stime
    assert limits.CPU_SECONDS * 0.9 < seconds < limits.CPU_SECONDS + starting


def test_a_busy_pool_answers_none_rather_than_wait_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WALL_SECONDS", 0.01)
    assert Pool(0).render(LONG) is None


def test_a_worker_that_is_late_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(1)
    with monkeypatch.context() as patched:
        patched.setattr(limits, "WALL_SECONDS", 0.0)
        assert pool.render(LONG) is None
    assert "<strong>sensor</strong>" in (pool.render(LONG) or "")
    pool.end()


def test_many_threads_each_get_the_html_of_their_own_text() -> None:
    texts = [f"**{number}**\n\n{LONG}" for number in range(16)]
    with ThreadPoolExecutor(8) as threads:
        rendered = list(threads.map(render, texts))
    for number, html in enumerate(rendered):
        assert html.startswith(f"<p><strong>{number}</strong></p>")


def _expect_often(text: str, html: str) -> None:
    sys.exit(any(render(text) != html for _ in range(20)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python 3.12 warns of forks beside threads
def test_forked_servers_do_not_share_their_parents_workers() -> None:
    texts = [f"**{number}**\n\n{LONG}" for number in range(4)]
    context = get_context("fork")
    children = [context.Process(target=_expect_often, args=(text, render(text))) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
        child.kill()
    assert [child.exitcode for child in children] == [0, 0, 0, 0]


def test_a_worker_cannot_take_more_memory_than_its_limit() -> None:
    code = (
        "from wiki.richtext.worker import confine\nconfine()\n"
        "try: bytearray({size})\nexcept MemoryError: print('refused')\nelse: print('taken')"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code.format(size=size)], capture_output=True, text=True, check=True
        ).stdout.strip()
        for size in (1_000_000, limits.MEMORY_BYTES)
    ]
    assert said == ["taken", "refused"]


def test_an_ordinary_text_is_cheap_and_a_costly_one_is_not() -> None:
    assert limits.is_cheap(LONG[:3_500])
    assert not limits.is_cheap("[" * 1_000)
    assert not limits.is_cheap("> " * 20 + "a")
    assert not limits.is_cheap("`a" * 201)
    assert not limits.is_hopeless(LONG * 5)
    assert limits.is_hopeless("[" * 4_000)


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\x00", "\ud800", "\udfff\ud800", "a\x00b", "\u202egnp.exe", "\ufeff", "\x02\x03"]
)
def test_a_strange_string_is_rendered(text: str) -> None:
    assert dangers(render(text) or "<p></p>") == []
    plain(text).encode()


def test_no_mixture_of_markup_makes_rendering_fail() -> None:
    pieces = [
        *("[", "](", ")", "!", "*", "__", "`", "```\n", "> ", "- ", "1. ", "\n", "\n\n", "    ", "|", "-|-\n"),
        *("\\", "<", ">", "&", "[^1]", "[^1]: ", "[a]: b\n", "a", "#", "https://a.example/", "\ud83d", "\x00"),
        *("\t", "\r"),
    ]
    chance = random.Random(20)
    for _ in range(400):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 120)))
        html = render(text)
        html.encode()
        assert dangers(html or "<p></p>") == [], text
