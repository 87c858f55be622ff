"""What the wiki exports of a person, and what erasing them leaves."""

import json

import pytest

from tests.builders.accounts import NOW, make_professional
from tests.builders.products import a_make
from tests.builders.wiki import make_comment, make_fix, make_outcome, make_problem, make_regular, make_vote
from wiki.actions.flags import flag_post
from wiki.actions.sightings import report_sighting
from wiki.models import Flag, Outcome, Problem, Sighting
from wiki.owned_data import erase, export

pytestmark = pytest.mark.django_db


def lived_in():
    """A professional who has done everything once."""
    member = make_professional(product=a_make(), reputation=100)
    problem = make_problem(author=member, title="Mine")
    make_fix(author=member, problem=problem)
    make_comment(author=member, body="My remark.")
    others = make_fix()
    make_outcome(fix=others, member=member, job_number="J-17", note="My note")
    make_vote(post=others, voter=make_regular())
    make_vote(post=make_problem(), voter=make_regular())
    report_sighting(problem=make_problem(), actor=member, now=NOW, text="On the M1, near home")
    flag_post(post=make_comment(), reason="harmful", note="Rude to me", actor=member, now=NOW)
    return member


def test_the_export_holds_all_that_the_person_wrote_and_nothing_of_others():
    member = lived_in()

    data = export(member)
    text = json.dumps(data)

    for words in ("Mine", "My remark.", "My note", "J-17", "On the M1, near home", "Rude to me"):
        assert words in text
    assert "Same here, since last winter." not in text
    assert [len(data[section]) for section in ("problems", "fixes", "comments", "outcomes")] == [1, 1, 1, 1]


def test_erasing_deletes_private_words_and_keeps_what_counts():
    member = lived_in()

    erase(member, NOW)

    assert "J-17" not in Outcome.objects.get(member=member).job_number
    assert Sighting.objects.get(member=member).text == ""
    assert Flag.objects.get(reporter=member).note == ""
    assert Problem.objects.get(title="Mine").state == "published"
    assert Outcome.objects.counted().filter(member=member).count() == 1
