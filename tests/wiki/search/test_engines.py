"""What every engine must do alike: one suite, run on each of them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.core.checks import run_checks

from wiki.search import engines
from wiki.search.engine import (
    CODE_SCORE,
    MOST_TERMS,
    Cursor,
    Document,
    Engine,
    EngineUnavailable,
    IndexerBusy,
    Kind,
    Scope,
    Wanted,
)
from wiki.search.engines import ENGINES, NOT_INSTALLED, chosen

WORDS = [f"w{number}" for number in range(300)]


def invented(numbers: Sequence[int], seed: int) -> Iterator[Document]:
    chance = random.Random(seed)
    for number in numbers:
        yield Document(
            kind=chance.choice([Kind.PROBLEM, Kind.PROBLEM, Kind.OFFICIAL]),
            object_id=number,
            stems=tuple(WORDS[int(299 * chance.random() ** 3)] for _ in range(chance.randint(1, 120))),
            codes=frozenset({f"P{number % 40:04}"}),
            products=frozenset({1000 + number % 20}),
            within=frozenset({1, 10 + number % 5, 1000 + number % 20}),
            components=frozenset({number % 9}),
            facts=frozenset({"answered" if number % 3 else "unanswered"}),
            quality=number % 7 * 100,
        )


@pytest.fixture
def engine(each_engine: Engine) -> Engine:
    """An engine over four commits in which documents were deleted and replaced."""
    with each_engine.only_writer():
        each_engine.build(documents=invented(range(600), 0), position=Cursor())
        for step, (start, replaced) in enumerate(STEPS, 1):
            gone = [f"{kind}:{number}" for kind in Kind for number in range(start - 500, start - 450)]
            again = [f"{kind}:{number}" for kind in Kind for number in replaced]
            each_engine.write(
                documents=invented([*range(start, start + 40), *replaced], step),
                outdated=[*gone, *again],
                position=Cursor(seen=start),
            )
    return each_engine


STEPS = [(600, range(10)), (640, range(5, 20)), (680, range(600, 610))]


def living() -> dict[str, Document]:
    """What the index ought to hold after all commits."""
    there = {one.uid: one for one in invented(range(600), 0)}
    for step, (start, replaced) in enumerate(STEPS, 1):
        for kind in Kind:
            for number in [*range(start - 500, start - 450), *replaced]:
                there.pop(f"{kind}:{number}", None)
        there |= {one.uid: one for one in invented([*range(start, start + 40), *replaced], step)}
    return there


def matches(document: Document, wanted: Wanted) -> bool:
    """The meaning of a question, said without an index."""
    scope = wanted.scope
    return (
        (not wanted.stems.keys().isdisjoint(document.stems) or not document.codes.isdisjoint(wanted.codes))
        and (
            scope is None
            or scope.product in document.within
            or not document.products.isdisjoint(scope.ancestors)
        )
        and (wanted.component is None or wanted.component in document.components)
        and document.facts.issuperset(wanted.facts)
    )  # fmt: skip


ASKED = [
    Wanted(stems={"w3": 1.0}),
    Wanted(stems={"w0": 1.0, "w17": 0.5, "w250": 1.0, "nowhere": 1.0}),
    Wanted(stems={"w1": 1.0, "w90": 1.0}, scope=Scope(product=12)),
    Wanted(stems={"w1": 1.0, "w2": 1.0}, scope=Scope(product=1004, ancestors=(1, 1011))),
    Wanted(stems={"w5": 1.0}, component=4),
    Wanted(stems={"w5": 1.0, "w9": 1.0}, facts=("answered",)),
    Wanted(stems={"w5": 1.0}, codes=("P0007", "P9999"), component=4),
    Wanted(codes=("P0007",)),
    Wanted(stems={"w5": 1.0}, facts=("nothing",)),
    Wanted(stems={"nowhere": 1.0}),
    Wanted(),
]


@pytest.mark.parametrize("kind", [Kind.PROBLEM, Kind.OFFICIAL])
def test_exactly_what_matches_is_found_with_the_stems_that_it_holds(engine: Engine, kind: Kind) -> None:
    documents = [one for one in living().values() if one.kind is kind]
    for wanted in ASKED:
        expected = {one.object_id: one for one in documents if matches(one, wanted)}

        found = engine.find(wanted, kind, limit=5000)

        assert {hit.object_id for hit in found.hits} == expected.keys()
        assert len(found.hits) == len(expected)
        assert not found.more
        for hit in found.hits:
            assert hit.stems == wanted.stems.keys() & set(expected[hit.object_id].stems)
            assert hit.quality == expected[hit.object_id].quality
        scores = [hit.score for hit in found.hits]
        assert scores == sorted(scores, reverse=True)
        assert found.rarity.keys() <= wanted.stems.keys()


def test_the_best_ten_are_the_first_ten_of_all_and_the_rest_is_more(engine: Engine) -> None:
    wanted = Wanted(stems={"w0": 1.0, "w40": 1.0})
    everything = engine.find(wanted, Kind.PROBLEM, limit=5000)
    ten = engine.find(wanted, Kind.PROBLEM, limit=10)
    assert ten.hits == everything.hits[:10]
    assert ten.more


def test_every_key_is_counted_over_everything_that_matches(engine: Engine) -> None:
    keys = [("components", "4"), ("components", "77"), ("codes", "P0007"), ("facts", "answered"), ("facts", "harmful")]
    for wanted in ASKED:
        expected = [one for one in living().values() if one.kind is Kind.PROBLEM and matches(one, wanted)]

        tally = engine.tally(wanted, Kind.PROBLEM, keys)

        assert tally.total == len(expected)
        assert tally.having == {
            ("components", "4"): sum(4 in one.components for one in expected),
            ("components", "77"): 0,
            ("codes", "P0007"): sum("P0007" in one.codes for one in expected),
            ("facts", "answered"): sum("answered" in one.facts for one in expected),
            ("facts", "harmful"): 0,
        }


def one(number: int, text: str, **more: Any) -> Document:
    return Document(kind=Kind.PROBLEM, object_id=number, stems=tuple(text.split()), **more)


def order(engine: Engine, documents: list[Document], **wanted: Any) -> list[int]:
    """The objects found, in order, among those documents and many others."""
    others = [one(number, " ".join(WORDS[number : number + 12])) for number in range(100, 280)]
    with engine.only_writer():
        engine.build(documents=[*documents, *others], position=Cursor())
    asked = Wanted(stems=dict.fromkeys(wanted.pop("text", "").split(), 1.0), **wanted)
    return [hit.object_id for hit in engine.find(asked, Kind.PROBLEM, limit=10).hits]


def test_more_words_rarer_words_and_shorter_texts_stand_higher(each_engine: Engine) -> None:
    long = "gearbox fault " + " ".join(WORDS[:60])
    asked = [one(1, "fault w1"), one(2, "gearbox fault w1"), one(3, long), one(4, "gearbox w2"), one(5, "fault w3")]
    found = order(each_engine, asked, text="gearbox fault")
    assert found[0] == 2  # both words in a short text
    assert found.index(2) < found.index(3)
    assert found.index(4) < found.index(1)  # the rarer of the two words


def test_a_word_counts_as_much_as_its_weight(each_engine: Engine) -> None:
    asked = [one(1, "gearbox w1 w2"), one(2, "shifter w1 w2")]
    order(each_engine, asked)
    for heavy, light, first in (("gearbox", "shifter", 1), ("shifter", "gearbox", 2)):
        found = each_engine.find(Wanted(stems={heavy: 1.0, light: 0.5}), Kind.PROBLEM, limit=2)
        assert found.hits[0].object_id == first
        assert found.hits[0].score == pytest.approx(2 * found.hits[1].score, rel=0.01)


def test_a_code_outweighs_every_word_and_two_codes_one(each_engine: Engine) -> None:
    words = "gearbox fault brake light"
    asked = [
        one(1, words),
        one(2, "w1", codes=frozenset({"P0571"})),
        one(3, "w1 gearbox", codes=frozenset({"P0571"})),
        one(4, "w1", codes=frozenset({"P0571", "P0504"})),
    ]
    assert order(each_engine, asked, text=words, codes=("P0571", "P0504"))[:4] == [4, 3, 2, 1]
    assert each_engine.find(Wanted(codes=("P0571",)), Kind.PROBLEM, limit=1).hits[0].score >= CODE_SCORE


def test_quality_orders_near_equals_and_never_beats_clearly_better_words(each_engine: Engine) -> None:
    asked = [
        one(1, "wiper stop rain w1", quality=0),
        one(2, "wiper stop rain w1", quality=400),
        one(3, "wiper stop rain w1", quality=1000),
        one(4, "wiper stop squeal rain"),
    ]
    assert order(each_engine, asked[:3], text="wiper stop") == [3, 2, 1]
    assert order(each_engine, asked, text="wiper stop squeal")[0] == 4
    hits = {hit.object_id: hit for hit in each_engine.find(Wanted(stems={"wiper": 1.0}), Kind.PROBLEM, limit=9).hits}
    assert hits[3].score == pytest.approx(1.2 * hits[1].score, rel=1e-4)
    assert hits[2].score == pytest.approx(1.08 * hits[1].score, rel=1e-4)
    assert hits[3].score_of_words == pytest.approx(hits[1].score_of_words, rel=1e-4)


def test_quality_orders_those_that_share_nothing_but_a_code(each_engine: Engine) -> None:
    coded = frozenset({"P0571"})
    asked = [one(1, "w1", codes=coded), one(2, "w2", codes=coded, quality=500), one(3, "w3 gearbox", codes=coded)]
    assert order(each_engine, asked, codes=("P0571",))[0] == 2
    assert order(each_engine, asked, text="gearbox", codes=("P0571",))[0] == 3


def test_a_question_costs_at_most_forty_words_and_the_rarest_are_kept(each_engine: Engine) -> None:
    asked = [one(number, " ".join(WORDS[: 100 - number])) for number in range(100)]
    order(each_engine, asked)
    found = each_engine.find(Wanted(stems=dict.fromkeys(WORDS[:100], 1.0)), Kind.PROBLEM, limit=500)
    assert len(found.rarity) == MOST_TERMS
    assert min(found.rarity.values()) > 1
    assert "w0" not in found.rarity


def test_the_index_knows_what_it_holds_and_how_far_it_followed(engine: Engine) -> None:
    assert engine.stored() == {uid: document.digest for uid, document in living().items()}
    assert engine.cursor() == Cursor(seen=680)
    gaps = Cursor(seen=700, drained_at=12.5, gaps=((3, 5, 1.5),), rules="abc")
    with engine.only_writer():
        engine.write(documents=(), outdated=(), position=gaps)
    assert engine.cursor() == gaps
    frequencies = engine.lexicon().frequencies
    assert frequencies.keys() == {stem for document in living().values() for stem in document.stems}


def test_a_replaced_document_is_there_once_and_only_as_it_is_now(each_engine: Engine) -> None:
    order(each_engine, [one(1, "gearbox")])
    for number in range(12):
        with each_engine.only_writer():
            each_engine.write(
                documents=[one(1, f"sunroof n{number}")], outdated=["problem:1"], position=Cursor(seen=number)
            )
    assert len(each_engine.find(Wanted(stems={"sunroof": 1.0}), Kind.PROBLEM, limit=50).hits) == 1
    assert each_engine.find(Wanted(stems={"gearbox": 1.0, "n3": 1.0}), Kind.PROBLEM, limit=50).hits == ()


def test_a_write_that_fails_leaves_the_index_as_it_was_and_free_for_the_next(engine: Engine) -> None:
    def broken() -> Iterator[Document]:
        yield one(5000, "halfway")
        raise KeyboardInterrupt

    before = engine.stored()
    with pytest.raises(KeyboardInterrupt), engine.only_writer():
        engine.write(documents=broken(), outdated=list(before), position=Cursor(seen=9999))
    engine.close()
    assert engine.stored() == before
    assert engine.cursor().seen == 680
    with pytest.raises(KeyboardInterrupt), engine.only_writer():
        engine.build(documents=broken(), position=Cursor())
    assert engine.stored() == before
    with engine.only_writer():
        engine.write(documents=[one(5000, "whole")], outdated=(), position=Cursor(seen=681))
    assert engine.stored().keys() - before.keys() == {"problem:5000"}


def test_only_one_writes_at_a_time(each_engine: Engine) -> None:
    with each_engine.only_writer(), pytest.raises(IndexerBusy), each_engine.only_writer():
        pass


def test_an_index_of_the_other_engine_is_not_read_but_built_anew(engine: Engine, settings: Any) -> None:
    settings.SEARCH_ENGINE = next(name for name in ENGINES if name != settings.SEARCH_ENGINE)
    if settings.SEARCH_ENGINE == "tantivy":
        pytest.importorskip("tantivy", reason="tantivy is an optional extra")
    other = chosen()
    assert other.needs_rebuild()
    with pytest.raises(EngineUnavailable):
        other.find(Wanted(stems={"w1": 1.0}), Kind.PROBLEM, limit=1)
    with other.only_writer():
        other.build(documents=[one(1, "gearbox")], position=Cursor())
    assert not other.needs_rebuild()
    assert engine.needs_rebuild()


def test_the_digest_tells_of_every_part_of_a_document() -> None:
    whole = one(1, "a b", codes=frozenset({"c"}), products=frozenset({1}), within=frozenset({2}))
    others = [
        replace(whole, stems=("a",)),
        replace(whole, codes=frozenset()),
        replace(whole, products=frozenset({2}), within=frozenset({1})),
        replace(whole, components=frozenset({1})),
        replace(whole, facts=frozenset({"answered"})),
        replace(whole, quality=1),
    ]
    assert len({whole.digest, *(other.digest for other in others)}) == len(others) + 1


@pytest.mark.django_db
def test_a_chosen_library_that_is_missing_is_said_before_the_start_and_the_database_answers(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wiki.search.finding import find

    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    assert not [said for said in run_checks() if said.id == "wiki.E001"]
    settings.SEARCH_ENGINE = "tantivy"
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    monkeypatch.setattr(engines, "import_module", missing)
    assert [said.msg for said in run_checks() if said.id == "wiki.E001"] == [NOT_INSTALLED]
    assert find(Wanted(stems={"brake": 1.0}), Kind.PROBLEM, limit=5).by_database
