"""The words of a text without its markup."""

from wiki.richtext import plain, render, words


def test_markup_is_left_out_and_words_of_different_blocks_do_not_run_together() -> None:
    text = "# Sensor\n\nCheck **it**\nfirst:\n- [one](https://a.example)\n- `two`\n\n|a|b|\n|-|-|\n|c|d|"
    assert plain(text) == "Sensor Check it first: one two a b c d"


def test_signs_are_the_signs_that_were_typed() -> None:
    assert plain('2 < 3 & "x" <b>') == '2 < 3 & "x" <b>'


def test_marks_of_footnotes_are_left_out_and_their_text_is_kept() -> None:
    assert plain("Low voltage[^1].\n\n[^1]: Measured cold.") == "Low voltage. Measured cold."


def test_nothing_is_plain_nothing() -> None:
    assert plain(" \n") == ""


def test_stored_html_gives_the_same_words_as_its_text() -> None:
    text = "# Sensor\n\nLow voltage[^1] & `x<y`.\n\n[^1]: Cold."
    assert words(render(text)) == plain(text) == "Sensor Low voltage & x<y. Cold."
