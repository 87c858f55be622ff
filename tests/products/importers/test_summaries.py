"""Titles and remedies from the summaries of recall documents."""

import pytest

from products.importers.summaries import clean, read_summary, remedy_in


@pytest.mark.parametrize(
    "summary",
    [
        "SAFETY RECALL 23V790 (N845) FINAL OWNER LETTER",
        "product recall notification letter",
        "24S11 Owner Letter.  Mailed May 22, 2024",
        "Please find the manufacturer's notice to dealers for 22V315 distributed 02SEP2022. For questions, contact us.",
        "",
    ],
)
def test_a_summary_that_says_nothing_gives_no_title(summary: str) -> None:
    reading = read_summary(summary)
    assert (reading.score, reading.title) == (0, "")


@pytest.mark.parametrize(
    ("summary", "title"),
    [
        (
            "This is the tweet for advisory 20-385. It has been decided that the tank may have been mounted with "
            "improper grade 2 bolts. Under certain conditions during travel, the bolts may break.",
            "The tank may have been mounted with improper grade 2 bolts",
        ),
        (
            "21V560 recall; the high voltage batteries in these vehicles may pose a risk of fire when charged to full; "
            "dealer notification",
            "The high voltage batteries in these vehicles may pose a risk of fire when charged to full",
        ),
        (
            "NEW VEHICLE DEMONSTRATION / DELIVERY HOLD\nSafety Recall 24S11\nCertain 2023 Model Year F-150 Lightning "
            "Vehicles\nBus Bar Retention Nut Inspection",
            "Bus Bar Retention Nut Inspection",
        ),
    ],
)
def test_the_title_is_what_can_go_wrong_without_what_leads_to_it(summary: str, title: str) -> None:
    assert read_summary(summary).title == title


def test_a_summary_with_substance_beats_one_of_an_office() -> None:
    letter = read_summary("SAFETY RECALL 23V790 (N845) FINAL OWNER LETTER")
    defect = read_summary("The fuel line may crack and leak.")
    assert defect.score > letter.score


def test_a_long_title_ends_at_a_word_and_entities_are_resolved() -> None:
    title = read_summary("The pump may fail because " + "of a very long cause " * 12).title
    assert len(title) <= 140
    assert title.endswith(("of…", "a…", "very…", "long…", "cause…"))
    assert clean("risk of &#64257;re\nwhen  charged") == "risk of fire when charged"


def test_the_remedy_is_what_the_dealer_will_do() -> None:
    assert remedy_in("Dealers will replace the fuel pump, free of charge.") == "Replace the fuel pump"
    assert remedy_in("Owners were told by letter.") == ""
