"""A night: claims become points of trust, once; and one workshop's word counts so often a month."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import CalibrationEvent, User
from tests.builders.accounts import NOW, make_organisation, make_professional, make_staff, set_rule
from tests.builders.products import a_model
from tests.builders.wiki import make_fix, make_outcome, make_regular, make_vote
from wiki.actions.flags import decide_flag, flag_post
from wiki.actions.trust import record_night, weigh_anew
from wiki.actions.votes import retract_vote
from wiki.models import Flag, Outcome
from wiki.queries.claims import night_of, stale_evidence
from wiki.queries.trust import trust_in

pytestmark = pytest.mark.django_db


def a_proven_fix(*, worked=8, failed=1):
    """A fix on which verified owners agree."""
    fix = make_fix()
    for number in range(worked + failed):
        make_outcome(fix=fix, tier="owner", result="worked" if number < worked else "failed")
    return fix


def a_night(now=NOW):
    return list(record_night(night=night_of(today=now.date()), now=now))


def points_of(member):
    return User.objects.get(pk=member.pk).calibration


def test_a_report_that_verified_ones_agree_with_earns_points_and_says_why():
    fix, member = a_proven_fix(), make_regular()
    outcome = make_outcome(fix=fix, member=member)
    a_night()

    row = CalibrationEvent.objects.get(member=member)
    assert row.points == points_of(member) > 0
    assert row.cause == f"outcome:{outcome.pk}"
    assert row.words.startswith("8 of 9 verified outcomes by others say the same")
    member.refresh_from_db()
    assert trust_in(member, 0.5) > 0.5 == trust_in(None, 0.5)


@pytest.mark.parametrize("few", [0, 4])
def test_the_evidence_follows_trust_remedy_by_remedy_or_person_by_person(monkeypatch, few):
    monkeypatch.setattr("wiki.actions.trust.FEW", few)
    fix, member = a_proven_fix(), make_regular()
    outcome = make_outcome(fix=fix, member=member)
    a_night()
    assert f"member:{member.pk}" in stale_evidence()[fix.remedy.pk]
    list(weigh_anew(now=NOW))

    member.refresh_from_db()
    weighs = outcome.contributions.get().trust
    assert weighs == pytest.approx(trust_in(member, 0.5))
    assert weighs > 0.5
    assert stale_evidence() == {}
    call_command("check_evidence", verbosity=0)


def test_a_vote_that_they_contradict_costs_points_and_its_retraction_gives_them_back():
    fix, voter = a_proven_fix(), make_regular()
    make_vote(post=fix, voter=voter, value=-1, now=NOW)
    a_night()
    assert points_of(voter) < 0

    retract_vote(post=fix, actor=voter, now=NOW)
    a_night()
    assert points_of(voter) == 0
    assert CalibrationEvent.objects.filter(member=voter).count() == 2


def test_a_second_night_on_the_same_claims_writes_nothing():
    make_outcome(fix=a_proven_fix())
    a_night()
    rows = CalibrationEvent.objects.count()

    a_night()
    assert CalibrationEvent.objects.count() == rows > 0


def test_a_night_that_was_interrupted_is_finished_by_the_next(monkeypatch):
    monkeypatch.setattr("wiki.actions.trust.BATCH", 1)
    fix = a_proven_fix()
    for _ in range(3):
        make_outcome(fix=fix)
    half = record_night(night=night_of(today=NOW.date()), now=NOW)
    next(half)
    half.close()
    done = CalibrationEvent.objects.count()

    a_night()
    assert CalibrationEvent.objects.count() > done
    rows = CalibrationEvent.objects.values_list("member", "cause")
    assert len(rows) == len(set(rows))


def test_an_outcome_takes_the_place_of_the_same_persons_vote_as_a_claim():
    fix, member = a_proven_fix(), make_regular()
    make_vote(post=fix, voter=member, now=NOW)
    outcome = make_outcome(fix=fix, member=member)

    night = night_of(today=NOW.date())
    assert f"outcome:{outcome.pk}" in night.causes
    assert not any(cause.startswith("vote:") for cause in night.causes)


def test_flags_that_were_upheld_and_dismissed_make_accuracy():
    reporter, moderator = make_regular(), make_regular(is_superuser=True)
    for uphold in (True, True, False):
        flag = flag_post(post=make_fix(), reason=Flag.Reason.HARMFUL, actor=reporter, now=NOW)
        decide_flag(flag=flag, uphold=uphold, actor=moderator, now=NOW)
    a_night()

    reporter.refresh_from_db()
    assert reporter.flag_accuracy == reporter.accuracy == pytest.approx(4 / 7)


def test_one_workshop_counts_three_times_a_month_for_a_remedy_whoever_of_it_reports():
    fix = make_fix()
    workshop = make_organisation(scope=[a_model()])
    people = [make_professional(product=a_model(), organisation=workshop) for _ in range(4)]
    outcomes = [
        make_outcome(fix=fix, member=person, job_number=f"job {number}", now=NOW)
        for number, person in enumerate(people)
    ]

    assert [outcome.is_beyond_share for outcome in outcomes] == [False, False, False, True]
    assert all(outcome.tier == Outcome.Tier.PROFESSIONAL for outcome in outcomes)
    assert Outcome.objects.weighed().count() == 3
    other = make_outcome(fix=make_fix(), member=people[0], job_number="another remedy", now=NOW)
    later = make_outcome(fix=fix, member=people[0], job_number="in December", now=NOW.replace(month=12))
    assert not other.is_beyond_share
    assert not later.is_beyond_share


def test_how_often_a_workshop_counts_is_a_rule_of_the_community():
    set_rule(name="trust_rules.outcomes_per_workshop", value=1)
    fix = make_fix()
    person = make_professional(product=a_model())
    first, second = (make_outcome(fix=fix, member=person, job_number=job, now=NOW) for job in ("a", "b"))

    assert (first.is_beyond_share, second.is_beyond_share) == (False, True)


def test_who_works_for_the_manufacturer_now_has_no_weight_on_its_products():
    fix = make_fix()
    staff = make_staff(product=a_model())
    outcome = make_outcome(fix=fix)
    assert outcome in Outcome.objects.weighed()
    Outcome.objects.filter(pk=outcome.pk).update(member=staff)

    assert outcome not in Outcome.objects.weighed()
    assert outcome in Outcome.objects.counted()


def test_the_commands_judge_prove_and_put_right():
    member = make_regular()
    make_outcome(fix=a_proven_fix(), member=member)
    call_command("calibrate_trust", verbosity=0)
    call_command("check_trust", verbosity=0)
    User.objects.filter(pk=member.pk).update(calibration=500)

    with pytest.raises(CommandError):
        call_command("check_trust", verbosity=0)
    call_command("rebuild_trust", verbosity=0)
    call_command("check_trust", verbosity=0)
    assert points_of(member) > 0
