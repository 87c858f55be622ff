"""Both ledgers in public: every row explains itself, leads to its cause, and keeps votes between voter and site."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.calibration import record_calibration
from accounts.rules.calibration import Due
from tests.builders.accounts import NOW
from tests.builders.wiki import make_fix, make_outcome, make_regular, make_vote
from tests.html import read
from wiki.actions.votes import retract_vote

pytestmark = pytest.mark.django_db
ADDRESS = "/u/Olga/ledger/"


@pytest.fixture
def olga():
    return make_regular(username="Olga")


def rows(client, address=ADDRESS):
    return read(client.get(address)).all("row")


def trusted(member, *claims):
    due = {claim: Due(3, "12 of 14 verified outcomes by others say the same.") for claim in claims}
    record_calibration(due={member.pk: due}, tolerance=1, now=NOW)


def test_a_row_of_reputation_says_what_brought_it_and_leads_there(olga, client):
    outcome = make_outcome(member=olga)
    newest = rows(client)[0]

    assert newest.one("points").text == "+3"
    assert newest.one("words").text == "You reported an outcome"
    assert outcome.remedy.get_absolute_url() in newest.source


def test_an_undone_row_and_its_opposite_both_stand_there(olga, client):
    fix, voter = make_fix(author=olga), make_regular()
    make_vote(post=fix, voter=voter, now=NOW)
    retract_vote(post=fix, actor=voter, now=NOW)
    undone, first, _ = rows(client)

    assert (undone.one("points").text, first.one("points").text) == ("-10", "+10")
    assert undone.one("words").text == "Your fix was voted up, undone"
    assert "undone later" in first.text


def test_a_row_of_trust_says_why_and_leads_to_its_claim(olga, client):
    outcome = make_outcome(member=olga)
    trusted(olga, f"outcome:{outcome.pk}")
    (row,) = rows(client, f"{ADDRESS}?of=trust")

    assert row.one("points").text == "+3"
    assert "12 of 14 verified outcomes" in row.one("words").text
    assert outcome.remedy.get_absolute_url() in row.one("cause").source


def test_on_what_somebody_voted_only_they_read(olga, client):
    fix = make_fix(title="A rare fix")
    vote = make_vote(post=fix, voter=olga, value=-1)
    trusted(olga, f"vote:{vote.pk}")
    for address in (ADDRESS, f"{ADDRESS}?of=trust"):
        assert rows(client, address)[0].one("cause").text == "A vote"
    client.force_login(olga)
    for address in (ADDRESS, f"{ADDRESS}?of=trust"):
        assert "A rare fix" in rows(client, address)[0].one("cause").text


def test_a_cause_that_is_hidden_or_gone_is_not_linked(olga, client):
    fix = make_fix(title="A hidden fix")
    make_outcome(member=olga, fix=fix)
    type(fix).objects.filter(pk=fix.pk).update(state="hidden")
    newest = rows(client)[0]

    assert newest.one("cause").text == "An outcome"
    assert "A hidden fix" not in newest.text


def test_what_stands_on_a_hidden_problem_is_not_named(olga, client):
    fix = make_fix(title="A fix of a hidden problem", author=olga)
    make_vote(post=fix, now=NOW)
    assert "A fix of a hidden problem" in rows(client)[0].text
    type(fix.problem).objects.filter(pk=fix.problem_id).update(state="hidden")

    assert rows(client)[0].one("cause").text == "A vote"


def test_an_unknown_member_has_no_ledger_and_an_empty_one_says_so(olga, client):
    assert client.get("/u/nobody/ledger/").status_code == 404
    assert "Nothing yet" in read(client.get(f"{ADDRESS}?of=trust")).text


@pytest.mark.parametrize("which", ["points", "trust"])
def test_the_page_costs_the_same_with_more_rows(olga, client, which):
    def add(count):
        outcomes = [make_outcome(member=olga) for _ in range(count)]
        votes = [make_vote(post=make_fix(), voter=olga, value=-1) for _ in range(count)]
        trusted(olga, *(f"outcome:{o.pk}" for o in outcomes), *(f"vote:{v.pk}" for v in votes))

    add(1)
    with CaptureQueriesContext(connection) as few:
        client.get(f"{ADDRESS}?of={which}")
    add(3)
    with CaptureQueriesContext(connection) as many:
        client.get(f"{ADDRESS}?of={which}")
    assert len(many) <= len(few) <= 7
