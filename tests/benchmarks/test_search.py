"""The benchmarks of search: their slips, measures and texts are what they say."""

from pathlib import Path

import pytest

from benchmarks.known_items import with_a_slip
from benchmarks.relevance import _average_precision, _figures, _ndcg
from benchmarks.search_corpus import CODES, MAKES, MODELS, WORDS_PER_QUESTION, Zipf, questions, texts

NOWHERE = Path("/nowhere")
ASKED = "Brake lights stay on and the gearbox reports a fault"


def test_a_slip_changes_one_word_that_says_something_and_always_the_same():
    slipped = with_a_slip(ASKED)
    assert slipped == with_a_slip(ASKED)
    changed = [(one, two) for one, two in zip(ASKED.split(), slipped.split(), strict=True) if one != two]
    assert len(changed) <= 1
    assert not {one for one, _ in changed} & {"and", "the", "a", "on"}
    assert len({with_a_slip(ASKED, seed) for seed in range(20)}) > 5
    assert with_a_slip("a an of") == "a an of"


def test_ndcg_and_precision_count_what_is_right_and_where():
    assert _ndcg(["a", "b"], {"a", "b"}) == 1
    assert _ndcg(["x", "a"], {"a"}) == pytest.approx(0.6309, abs=1e-4)
    assert _ndcg(["x", "y"], {"a"}) == 0
    assert _average_precision(["x", "a", "b"], {"a", "b"}) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_a_query_with_nothing_right_counts_in_no_mean():
    figures = _figures({"one": ["a"], "two": ["b"]}, {"one": {"a"}, "two": set()})
    assert figures == {"queries": 1, "ndcg10": 1.0, "map": 1.0, "recall100": 1.0}


def test_without_complaints_beside_the_project_problems_are_invented_the_same_every_time():
    made = list(texts(40, NOWHERE))
    assert made == list(texts(40, NOWHERE))
    assert len({one.symptom for one in made}) > 30
    assert all(0 <= one.model < MAKES * MODELS for one in made)
    asked = questions(10, NOWHERE)
    assert asked
    assert all(len(one.split()) == WORDS_PER_QUESTION for one in asked)


def test_the_commonest_words_of_zipf_stand_in_most_documents_and_in_no_question():
    language = Zipf()
    made = list(language.documents(50))
    assert sum("w0" in one.stems for one in made) > 45
    assert not any("w0" in words for words in language.questions(50))
    assert len({code for one in made for code in one.codes}) <= CODES
