"""Fault codes in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.errors import CodeNotUnderstood
from products.rules.codes import ParsedCode, base_codes, parse_code, parse_codes


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("P0571", ParsedCode("P0571")),
        ("p 0571", ParsedCode("P0571")),
        ("p-0571", ParsedCode("P0571")),
        ("P0571-00", ParsedCode("P0571", "00")),
        ("P0504-64 (2A)", ParsedCode("P0504", "64", "2A")),
        ("u0121:87 [af]", ParsedCode("U0121", "87", "AF")),
        ("C1A00", ParsedCode("C1A00")),
        ("E24", ParsedCode("E24")),
        ("e:24", ParsedCode("E24")),
        ("F-21", ParsedCode("F21")),
        ("error code F138", ParsedCode("F138")),
        ("0xC000021A", ParsedCode("0XC000021A")),
        ("B1234 on the BCM", ParsedCode("B1234", module="BCM")),
    ],
)
def test_one_code_is_read_in_any_spelling(text: str, parsed: ParsedCode) -> None:
    assert parse_code(text) == parsed


def test_pasted_scanner_text_gives_its_codes_with_their_modules() -> None:
    text = (
        "Vehicle: 2004 L322\r\nABS module:\r\nP0571-00 (2F) Brake switch\r\nP0504, u0121 on PCM\r\nP0504, U0121 on PCM"
    )
    assert parse_codes(text) == [
        ParsedCode("P0571", "00", "2F", "ABS"),
        ParsedCode("P0504", module="PCM"),
        ParsedCode("U0121", module="PCM"),
    ]
    assert base_codes(text) == ["P0571", "P0504", "U0121"]


@pytest.mark.parametrize(
    "text", ["", "the brake light", "F-150 and F150", "4.4 V8 2004", "Range Rover L322", "XP0571", "P05711"]
)
def test_text_without_a_code_gives_none_and_is_refused_with_a_sentence(text: str) -> None:
    assert parse_codes(text) == []
    with pytest.raises(CodeNotUnderstood, match="holds no fault code"):
        parse_code(text)


def test_two_codes_are_not_one() -> None:
    with pytest.raises(CodeNotUnderstood, match="more than one"):
        parse_code("P0571 P0504")


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader_and_every_code_reads_back_as_itself(text: str) -> None:
    for code in parse_codes(text):
        assert parse_code(f"code: {ParsedCode(code.base, code.failure_type, code.status)}").base == code.base


@pytest.mark.parametrize(
    ("report", "codes"),
    [
        (
            "001393 - Brake Switch\n               P0571 - 000 - Implausible Signal\nPart No SW: 03L 906 018 AJ",
            ["P0571"],
        ),
        ("===PCM DTC P0571:FF-28===\nCode: P0571 - Brake Switch A\n===ABS DTC C1A00:00-08===", ["P0571", "C1A00"]),
        ("Engine\tP0571\tBrake Switch Circuit\tCurrent\nABS/VSC\tC1425\tOpen\tHistory", ["P0571", "C1425"]),
        ("P0571 00 Brake Pedal Position Switch 1\nDTC: U0121 Symptom 71", ["P0571", "U0121"]),
        ("ECM-P0571-00 (2F) - Brake Switch A\nABS - P0504-64 (28)", ["P0571", "P0504"]),
        ("DF1571 Brake contact, P0571 [PRESENT]", ["P0571"]),
        ("03: 43 02 05 71 05 04\nStored: P0571,P0504; Pending: none", ["P0571", "P0504"]),
        ("DME, fault code 480A: brake light switch", ["480A"]),
    ],
    ids=["VCDS", "FORScan", "Techstream", "GDS2", "SDD", "CLIP", "ELM327", "ISTA"],
)
def test_reports_of_different_scanners_give_their_codes_and_nothing_else(report: str, codes: list[str]) -> None:
    assert list(base_codes(report)) == codes
