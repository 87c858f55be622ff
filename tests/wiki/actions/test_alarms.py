"""Bursts of votes go back by night, alarms come and go, and moderators close them with a word."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.errors import ReasonMissing
from accounts.models import CalibrationEvent, ReputationEvent, User
from tests.builders.accounts import NOW, make_moderator, make_organisation, make_professional
from tests.builders.products import a_category, a_model
from tests.builders.wiki import make_alarm, make_fix, make_outcome, make_problem, make_regular, make_vote
from wiki.actions.alarms import GONE, close_alarm, raise_alarms, reverse_burst
from wiki.errors import AlreadyDecided, NotAllowed
from wiki.models import Alarm, Fix, Vote
from wiki.queries.alarms import bursts, open_alarms, signs

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def a_burst(*, count=6, value=1, now=NOW - DAY):
    """A voter who votes so often one way for one author, and the author."""
    author, voter = make_regular(), make_regular()
    for _ in range(count):
        make_vote(post=make_fix(author=author), voter=voter, value=value, now=now)
    return author, voter


def reputation(user):
    return User.objects.get(pk=user.pk).reputation


def test_a_burst_is_taken_back_visibly_in_both_ledgers():
    author, voter = a_burst()
    assert reputation(author) == 160
    assert sum(reverse_burst(burst=burst, now=NOW) for burst in bursts(now=NOW)) == 6

    assert reputation(author) == 100
    assert not Vote.objects.exists()
    assert set(Fix.objects.values_list("score", flat=True)) == {0}
    undone = ReputationEvent.objects.filter(member=author, reverses__isnull=False)
    assert {row.note for row in undone} == {"One of 6 votes one way from one member for one author within 3 days."}
    rows = CalibrationEvent.objects.filter(member=voter)
    assert rows.count() == 6
    assert all(row.words.startswith("Taken back. One of 6 votes") for row in rows)


def test_a_burst_of_votes_down_gives_voter_and_author_their_points_back():
    author, voter = a_burst(count=3, value=-1)
    assert (reputation(author), reputation(voter)) == (94, 97)
    for burst in bursts(now=NOW):
        reverse_burst(burst=burst, now=NOW)
    assert (reputation(author), reputation(voter)) == (100, 100)


def test_votes_for_many_authors_or_spread_over_weeks_stand():
    author, voter = a_burst(count=5)
    for _ in range(6):
        make_vote(post=make_fix(), voter=voter, now=NOW - DAY)
    make_vote(post=make_fix(author=author), voter=voter, now=NOW - 20 * DAY)

    assert bursts(now=NOW) == []


def test_taking_a_burst_back_twice_changes_nothing_the_second_time():
    a_burst()
    (burst,) = bursts(now=NOW)

    assert (reverse_burst(burst=burst, now=NOW), reverse_burst(burst=burst, now=NOW)) == (6, 0)
    assert Alarm.objects.filter(kind=Alarm.Kind.BURST).count() == 1


def a_contradiction():
    """A fix that worked for no verified owner and for every unverified person."""
    fix = make_fix()
    for number in range(16):
        verified = number < 6
        make_outcome(fix=fix, tier="owner" if verified else None, result="failed" if verified else "worked")
    return fix


def test_a_crowd_that_contradicts_verified_outcomes_raises_one_alarm_that_goes_by_itself():
    fix = a_contradiction()
    found = signs(now=NOW)
    assert [sign.kind for sign in found] == ["tiers"]
    assert raise_alarms(signs=found, now=NOW) == (1, 0)
    assert raise_alarms(signs=found, now=NOW + DAY) == (0, 0)

    assert raise_alarms(signs=[], now=NOW + 2 * DAY) == (0, 1)
    alarm = Alarm.objects.get(remedy=fix.remedy)
    assert alarm.closing_note == GONE
    assert (alarm.first_seen_at, alarm.last_seen_at) == (NOW, NOW + DAY)


def test_invented_prices_of_unverified_people_raise_an_alarm():
    fix = make_fix()
    for number in range(8):
        verified = number < 4
        make_outcome(fix=fix, tier="owner" if verified else None, money=60 if verified else 300)

    assert [(sign.kind, sign.figures["ratio"]) for sign in signs(now=NOW)] == [("prices", 5.0)]


def test_a_member_who_votes_for_one_author_above_all_raises_an_alarm():
    author, voter = make_regular(), make_regular()
    for number in range(15):
        make_vote(post=make_fix(author=author), voter=voter, now=NOW - (number + 1) * 5 * DAY)

    (sign,) = signs(now=NOW)
    assert (sign.kind, sign.about) == ("pair", {"member_id": voter.pk, "author_id": author.pk})


def test_reports_of_success_for_one_author_above_all_raise_it_too():
    author, reporter = make_regular(), make_regular()
    for _ in range(15):
        make_outcome(fix=make_fix(author=author), member=reporter, now=NOW - DAY)
    for _ in range(15):
        make_outcome(member=make_regular(), fix=make_fix(author=author), now=NOW - DAY)

    (sign,) = signs(now=NOW)
    assert (sign.kind, sign.strength, sign.about["member_id"]) == ("pair", 15.0, reporter.pk)


def test_a_workshop_beyond_its_share_raises_an_alarm():
    fix, workshop = make_fix(), make_organisation(scope=[a_model()])
    person = make_professional(product=a_model(), organisation=workshop)
    for number in range(5):
        make_outcome(fix=fix, member=person, job_number=f"job {number}", now=NOW)

    (sign,) = signs(now=NOW)
    assert (sign.kind, sign.strength, sign.about["organisation_id"]) == ("workshop", 2.0, workshop.pk)


def test_a_moderator_closes_an_alarm_with_a_word_and_it_stays_closed_until_it_grows():
    a_contradiction()
    found, moderator = signs(now=NOW), make_moderator()
    raise_alarms(signs=found, now=NOW)
    alarm = Alarm.objects.get()

    with pytest.raises(ReasonMissing):
        close_alarm(alarm=alarm, note=" ", actor=moderator, now=NOW)
    close_alarm(alarm=alarm, note="A shop's customers; explained.", actor=moderator, now=NOW)
    with pytest.raises(AlreadyDecided):
        close_alarm(alarm=alarm, note="again", actor=moderator, now=NOW)
    assert raise_alarms(signs=found, now=NOW + DAY) == (0, 0)
    assert raise_alarms(signs=found, now=NOW + 31 * DAY) == (1, 0)


def test_moderators_see_the_alarms_of_their_products_and_nobody_those_about_themselves():
    alarm = make_alarm(remedy=make_fix(problem=make_problem()).remedy)
    pair = make_alarm(kind="pair", key="pair:1:2", remedy=make_fix().remedy, member=make_regular())
    Alarm.objects.filter(pk=pair.pk).update(remedy=None)
    pair.refresh_from_db()
    everywhere, cars, kitchens = (
        make_moderator(),
        make_moderator(product=a_category()),
        make_moderator(product=a_category(name="Kitchen")),
    )

    def seen(moderator):
        return [each.alarm for each in open_alarms(moderator=moderator, now=NOW)]

    assert seen(everywhere) == [alarm, pair]
    assert seen(cars) == [alarm]
    assert seen(kitchens) == []
    Alarm.objects.filter(pk=pair.pk).update(member=everywhere)
    assert seen(everywhere) == [alarm]
    with pytest.raises(NotAllowed):
        close_alarm(alarm=alarm, note="not mine", actor=kitchens, now=NOW)


def test_the_commands_do_what_they_find():
    a_contradiction()
    a_burst(now=timezone.now())
    call_command("reverse_bursts", verbosity=0)
    assert not Vote.objects.exists()
    Alarm.objects.all().delete()
    call_command("raise_alarms", verbosity=0)

    assert Alarm.objects.filter(closed_at__isnull=True).count() == 1
