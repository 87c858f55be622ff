"""Whatever is typed is answered, by either engine and without one, and no text costs more than the bounds allow."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.builders.accounts import make_user
from tests.wiki.search.conftest import World
from wiki.search import finding, indexer
from wiki.search.engine import MOST_TERMS, Engine, Kind, Wanted
from wiki.search.finding import MOST_ASKED, MOST_SLIPS, corrections, find, tally
from wiki.search.languages import LANGUAGES
from wiki.search.query import LONGEST_QUERY, MOST_WORDS, read

pytestmark = pytest.mark.django_db

TYPED = [
    "a" * 10_000,
    "brake light " * 900,
    " ".join(f"{number:x}zq" for number in range(2_000)),  # words that nobody wrote, all to be spelled otherwise
    "the and of it is",
    "nicht die das und",
    "AND OR NOT NEAR/3 ANDMAYBE REQUIRE",
    "title:brake^9 && (light || \"stays on\"~3 {a TO z} [* TO *]",
    "* ? ** br*ke bra?e b*",
    "\x00\x01brake\x02\x1f\x7f\x85 light\u2028\u2029",
    "\u202ebrake\u202c \u2066light\u2069 \u200f",
    "فرامل السيارة لا تعمل",
    "בלמים חורקים",
    "😍🔥👨‍👩‍👧‍👦 brake 🚗💨",
    "Z̸̛̬͎a̶͝l̷g̵o̴ " * 50,
    "½ ﬁ Ⅷ ㎞ ﷺ ǅ ß İ",
    "P0571 " * 500,
    "P0571P0504P0420 24V123000 24V-123 2004-307 " * 40,
    "\ud800 \udfff".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "' OR 1=1 -- \"; DROP TABLE wiki_problem; --",
    "../../../etc/passwd %00 %n%s {{7*7}} <script>alert(1)</script>",
    "-" * 300,
    "_ __ ___ ' '' ’’",
    "0" * 190,
]  # fmt: skip


def asked(client: Client, text: str) -> None:
    response = client.get("/search/", {"q": text})
    assert response.status_code == 200, text[:60]


@pytest.fixture
def reader(client: Client) -> Client:
    """Signed in, who is not held to a pace."""
    client.force_login(make_user())
    return client


def test_any_text_is_answered_by_either_engine_and_by_the_database(
    reader: Client, world: World, each_engine: Engine, index_folder: Path
) -> None:
    indexer.drain()
    for text in TYPED:
        asked(reader, text)
    shutil.rmtree(index_folder)
    for text in TYPED:
        asked(reader, text)


def test_every_naughty_string_is_answered_by_the_second_engine_too(
    world: World, each_engine: Engine, shared_data: Path
) -> None:
    indexer.drain()
    lines = (shared_data / "hostile" / "naughty_strings.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        said = read(json.loads(line)["payload"], languages=("de",))
        wanted = Wanted(stems=said.stems(), codes=(*said.codes, *said.numbers))
        for kind in Kind:
            assert not find(wanted, kind, limit=20).by_database
        assert tally(wanted, Kind.PROBLEM, [("facts", "answered")]) is not None


@pytest.mark.parametrize("text", [*TYPED, *(chr(32 + number) * 3_000 for number in range(95))])
def test_what_is_read_of_any_text_is_bounded(text: str) -> None:
    said = read(text, languages=LANGUAGES)
    assert len(said.text) <= LONGEST_QUERY
    assert len(said.words) <= MOST_WORDS
    assert len(said.codes) <= 5
    assert len(said.numbers) <= 20
    assert all(len(word.plain) <= LONGEST_QUERY for word in said.words)


def test_an_engine_is_asked_for_a_bounded_number_of_words(
    world: World, each_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer.drain()
    looked_up: list[Wanted] = []
    engine_find = each_engine.find

    def noted(wanted: Wanted, *args: Any, **kwargs: Any) -> Any:
        looked_up.append(wanted)
        return engine_find(wanted, *args, **kwargs)

    monkeypatch.setattr(each_engine, "find", noted)
    many = {f"brake{number}": 0.5 for number in range(5_000)} | {"gearbox": 1.0}
    found = find(Wanted(stems=many), Kind.PROBLEM, limit=20)
    assert found.ids == (world.founding.pk,)  # one's own word stays before five thousand synonyms
    assert len(looked_up[0].stems) == MOST_ASKED
    assert len(each_engine.find(looked_up[0], Kind.PROBLEM, limit=5).rarity) <= MOST_TERMS


def test_few_unknown_words_are_compared_with_all_words_and_known_ones_never(
    world: World, each_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer.drain()
    compared: list[str] = []
    lexicon = each_engine.lexicon()
    nearest = lexicon.corrections

    def noted(stems: Any) -> dict[str, str]:
        compared.extend(stems)
        return nearest(compared)

    monkeypatch.setattr(lexicon, "corrections", noted)
    chance = random.Random(1)
    unknown = {"".join(chance.choices("qxzvwk", k=9)): () for _ in range(40)}
    assert finding.corrections({"gearbox": (), "gaerbox": (), **unknown}) == {"gaerbox": "gearbox"}
    assert len(compared) == MOST_SLIPS
    assert "gearbox" not in compared


def test_a_known_word_is_no_slip_and_an_unknown_one_is_read_as_its_nearest(world: World) -> None:
    indexer.drain()
    assert corrections({"gearbox": ()}) == {}
    assert corrections({"gaerbox": ()}) == {"gaerbox": "gearbox"}
