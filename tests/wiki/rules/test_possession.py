"""The one-time code and the comparison of a plate's end."""

from wiki.rules.possession import ALPHABET, code_of, ends_alike


def test_a_code_is_short_and_made_of_letters_that_nobody_confuses():
    code = code_of(bytes(range(32)))
    assert len(code) == 7
    assert code[3] == "-"
    assert set(code.replace("-", "")) <= set(ALPHABET)
    assert not set("0O1I5S8B2Z") & set(ALPHABET)


def test_another_digest_makes_another_code():
    assert code_of(bytes(range(32))) != code_of(bytes(range(1, 33)))


def test_the_end_of_a_plate_is_compared_in_any_spelling():
    assert ends_alike("SALLMAMA34A123456", "3456")
    assert ends_alike("SN 12-ab cd", "2abcd")
    assert not ends_alike("SALLMAMA34A123456", "3457")
    assert not ends_alike("SALLMAMA34A123456", "456")
    assert not ends_alike("", "")
