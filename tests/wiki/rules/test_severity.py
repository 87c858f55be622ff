"""Severity of a report, from its words and its official flags."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.rules.severity import CLASSES, Flags, graver, severity_of


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("Car caught fire in the engine compartment.", "fire", ("caught fire",)),
        ("Vehicle randomly burst into flames while parked in our driveway.", "fire", ("burst into flames",)),
        ("THE CAR CRASHED INTO A WALL.", "crash", ("crashed",)),
        ("I was rear-ended at a light.", "crash", ("rear-ended",)),
        ("The pedal stuck and we slid into a tree.", "crash", ("slid into a tree",)),
        ("The sunroof shattered.", "property", ("shattered",)),
        ("Smoke was coming from the dashboard.", "property", ("smoke was coming",)),
        ("She was injured and taken to the hospital.", "injury", ("injured",)),
        ("The liftgate closed on my hand, two broken fingers.", "injury", ("closed on my hand",)),
        ("The driver was killed.", "death", ("driver was killed",)),
        ("On May 15, 2022 my house burned down.", "fire", ("house burned", "burned")),
        ("The radio is quiet.", "none", ()),
        ("", "none", ()),
    ],
)
def test_words_tell_how_grave_it_was(text: str, level: str, words: tuple[str, ...]) -> None:
    severity = severity_of(text)
    assert (severity.level, severity.words) == (level, words)


@pytest.mark.parametrize(
    "text",
    [
        "There was no fire and there were no injuries.",
        "No fire, no injuries, no crash.",
        "The contact did not sustain any injuries.",
        "Nobody was hurt.",
        "It stalled without a crash.",
        "It could have caught fire.",
        "This might cause an accident or an injury.",
        "I swerved to avoid a collision.",
        "I almost hit another car.",
        "We were nearly rear-ended.",
        "In the event of a crash the doors stay shut.",
        "The risk of a fire is real.",
        "I am afraid that somebody will be injured.",
        "The forward collision warning comes on for no reason.",
        "Collision avoidance is disabled.",
        "An engine fire can increase the risk of injury.",
        "The engine died at a light and the battery died too.",
        "The engine misfires on cylinder two.",
        "It was an accidental press of a button.",
        "I had to hit the brakes.",
    ],
)
def test_what_is_denied_feared_or_averted_is_no_harm(text: str) -> None:
    severity = severity_of(text)
    assert severity.level == "none", severity.words


def test_a_denial_in_one_clause_leaves_the_next_as_it_is() -> None:
    severity = severity_of("Nobody was injured, but the car caught fire. No police came.")
    assert severity.facts == {"fire"}


def test_an_airbag_that_stayed_shut_tells_of_a_crash() -> None:
    assert severity_of("The air bags did not deploy.").level == "crash"


def test_the_gravest_fact_gives_the_class_and_all_are_kept() -> None:
    severity = severity_of("We crashed, the car caught fire, and my son was injured.")
    assert severity.level == "injury"
    assert severity.facts == {"crash", "fire", "injury"}
    assert severity.words == ("injured", "caught fire", "crashed")


def test_flags_count_without_a_word_and_say_so() -> None:
    severity = severity_of("UNKNOWN", Flags(crash=True, injuries=2))
    assert (severity.level, severity.words) == ("injury", ("injured: 2", "crash: yes"))


def test_harm_is_what_burns_smokes_or_hurts() -> None:
    assert severity_of("The dashboard started to smoke.").harm
    assert severity_of("", Flags(deaths=1)).harm
    assert not severity_of("The car crashed into a wall.").harm
    assert not severity_of("No smoke at all.").harm


@pytest.mark.parametrize(
    ("text", "flags", "speed"),
    [
        ("It stalled at 70 MPH.", Flags(), 70),
        ("It stalled at 100 km/h.", Flags(), 62),
        ("From 20 mph to 45 miles per hour.", Flags(speed=30), 45),
        ("It stalled.", Flags(speed=30), 30),
        ("At 999 mph.", Flags(), None),
        ("It stalled.", Flags(), None),
    ],
)
def test_the_highest_plausible_speed_is_kept(text: str, flags: Flags, speed: int | None) -> None:
    assert severity_of(text, flags).speed == speed


def test_graver_is_the_later_class() -> None:
    assert [graver("crash", other) for other in CLASSES] == ["crash", "crash", "crash", "fire", "injury", "death"]


@given(st.text(max_size=300))
def test_any_text_has_a_class_and_denials_of_all_classes_are_possible(text: str) -> None:
    severity = severity_of(text)
    assert severity.level in CLASSES
    assert (severity.level == "none") == (not severity.facts)


@pytest.mark.parametrize("part", ["hit ", "fire ", "no ", "a" * 50, "pain in the ", "ran over the ", "9" * 9, "the \n"])
def test_a_long_text_costs_little(part: str) -> None:
    begun = time.process_time()
    severity_of(part * 20_000)
    assert time.process_time() - begun < 1


def test_words_run_together_or_apart_are_looked_for_alike() -> None:
    assert severity_of("It lurched in to a wall.").level == severity_of("It lurched into a wall.").level == "crash"
    assert (
        severity_of("I was rear-ended at a light").level == severity_of("I was rearended at a light").level == "crash"
    )
