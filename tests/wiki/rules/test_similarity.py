"""Which texts are alike."""

import time

import pytest

from wiki.rules.similarity import ALIKE, MOST_CANDIDATES, similarities
from wiki.search.words import stems

ASKED = [stems("Brake lights stay on and the cruise control stopped working")]


def test_the_same_symptom_in_other_words_is_nearer_than_another_symptom():
    same, other = similarities(
        ASKED,
        [stems("The brake light stays on; cruise control does not work"), stems("Air suspension sinks overnight")],
    )

    assert same > ALIKE > other
    assert other == 0


def test_a_text_is_like_itself_and_an_empty_one_like_nothing():
    itself, empty = similarities(ASKED, [ASKED[0], []])

    assert itself == pytest.approx(1)
    assert empty == 0
    assert similarities([[]], [ASKED[0]]) == [0.0]
    assert similarities([], [ASKED[0]]) == [0.0]


def test_a_word_that_every_text_has_decides_little():
    rare, common = similarities([["car", "suspens"]], [["car", "suspens", "left"], ["car", "radio", "right"]])

    assert rare > 2 * common > 0


def test_equal_complaints_are_alike_whatever_their_reference_numbers():
    texts = [[*stems("The tailgate opens by itself while driving on a road"), f"n{number}"] for number in range(12)]

    assert min(similarities(texts[:1], texts[1:])) > ALIKE


def test_several_chosen_texts_draw_what_is_near_to_any():
    near_second = similarities([["switch", "lamp"], ["compressor", "hiss"]], [["compressor", "hiss"], ["radio"]])

    assert near_second[0] > ALIKE > near_second[1]


def test_the_set_is_bounded_and_quick():
    texts = [[f"word{(row * 7 + column) % 3000}" for column in range(150)] for row in range(MOST_CANDIDATES)]
    begun = time.process_time()
    assert len(similarities(texts[:5], texts)) == MOST_CANDIDATES
    assert time.process_time() - begun < 2
    with pytest.raises(ValueError, match="more than 500"):
        similarities(ASKED, [*texts, ["one"]])
