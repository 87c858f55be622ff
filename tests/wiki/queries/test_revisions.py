"""What changed between two revisions."""

import time

import pytest

from tests.builders.products import a_model, a_year
from tests.builders.wiki import fix_draft, problem_draft
from wiki.actions.drafts import PartDraft
from wiki.queries.revisions import compare, side_by_side


def marked(spans):
    """The runs of text that only this side has."""
    return [span.text for span in spans if span.changed]


def test_only_the_words_that_changed_are_marked():
    before, after = side_by_side("Turn the switch left, then pull.", "Turn the switch right, then pull.")

    assert (marked(before), marked(after)) == (["left"], ["right"])
    assert "".join(span.text for span in before) == "Turn the switch left, then pull."
    assert "".join(span.text for span in after) == "Turn the switch right, then pull."


def test_a_word_is_not_torn_apart():
    assert marked(side_by_side("brake", "break")[1]) == ["break"]


def test_two_long_texts_are_compared_in_bounded_time():
    old = " ".join(f"a{number}" for number in range(12_000))
    new = " ".join(f"b{number}" for number in range(12_000))
    started = time.perf_counter()

    before, after = side_by_side(old, new)

    assert time.perf_counter() - started < 5
    assert "".join(span.text for span in before) == old
    assert "".join(span.text for span in after) == new


@pytest.mark.django_db
def test_fields_that_name_rows_are_told_in_words(django_assert_max_num_queries):
    model, year = a_model(), a_year()
    before, after = problem_draft(product=model).content(), problem_draft(product=year, title="Other").content()

    with django_assert_max_num_queries(3):
        diffs = {diff.label: diff for diff in compare(before, after)}

    assert set(diffs) == {"Product", "Title"}
    assert "".join(span.text for span in diffs["Product"].after) == year.full_name


def test_parts_are_compared_line_by_line():
    before = fix_draft(parts=(PartDraft(name="Switch", number="XKB1"),)).content()
    after = fix_draft(parts=(PartDraft(name="Switch", number="XKB2"), PartDraft(name="Clip"))).content()

    (parts,) = compare(before, after)

    assert parts.label == "Parts"
    assert "".join(span.text for span in parts.after) == "1 × Switch XKB2\n1 × Clip"
