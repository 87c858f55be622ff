""" "I am trying this", the two questions, and the answers to them."""

import datetime
import io
import re
import smtplib

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.actions.erasure import erase_member
from accounts.errors import LimitReached
from tests.builders.accounts import NOW, PASSWORD, make_owned_product, make_staff, make_user, set_rule
from tests.builders.products import a_make, a_year
from tests.builders.wiki import make_fix, make_outcome, make_regular
from wiki.actions.mailed_outcomes import digest_of
from wiki.actions.outcomes import withdraw_outcome
from wiki.actions.trials import (
    answer_trial,
    answers_of,
    ask_how_it_went,
    begin_trial,
    begin_trial_by_mail,
    confirm_trial,
    forget_unconfirmed,
    stop_asking,
    trial_token,
)
from wiki.errors import LinkUnusable, MailRefused, NotAllowed, NotYourProduct, OwnMake
from wiki.models import Fix, Outcome, Trial
from wiki.queries.plan import plan_for
from wiki.queries.reader import Reader
from wiki.queries.trials import trials_of, trials_to_ask

pytestmark = pytest.mark.django_db
STRANGER = "sue@example.org"


def days(count: float) -> datetime.timedelta:
    return datetime.timedelta(days=count)


def begin(member=None, *, owned=None, remedy=None, now=NOW, wants_mail=True) -> Trial:
    fix = None if remedy is not None else make_fix()
    remedy = remedy or fix.remedy
    return begin_trial(
        remedy=remedy,
        product=None if owned is not None else a_year(),
        owned_product=owned,
        problem=remedy.fix.problem,
        wants_mail=wants_mail,
        actor=member or make_regular(),
        now=now,
    )


def by_mail(now=NOW, remedy=None) -> Trial:
    return begin_trial_by_mail(
        remedy=remedy or make_fix().remedy, product=a_year(), problem=None, mail=STRANGER, now=now
    )


def ask(trial, at):
    return ask_how_it_went(trial=trial, now=NOW + at)


def token_in(message) -> str:
    return re.search(r"/o/([^/]+)/", message.body).group(1)


# ------------------------------------------------------------ beginning


def test_beginning_twice_is_one_trial():
    member, remedy = make_regular(), make_fix().remedy
    first = begin(member, remedy=remedy)
    assert begin(member, remedy=remedy, now=NOW + days(1), wants_mail=False) == first
    assert Trial.objects.get().started_at == NOW
    assert not Trial.objects.get().wants_mail


def test_only_ones_own_product_and_nobody_on_their_employers():
    other = make_owned_product(member=make_regular(), product=a_year())
    with pytest.raises(NotYourProduct):
        begin(make_regular(), owned=other)
    with pytest.raises(OwnMake):
        begin(make_staff(product=a_make()))


def test_a_stranger_is_asked_only_after_the_link_in_the_mail(settings):
    trial = by_mail()
    assert STRANGER not in trial.mail_encrypted
    assert trial.state == "awaiting_mail"
    assert not ask(trial, days(20))
    confirm_trial(token=token_in(mail.outbox[0]), now=NOW + days(1))
    with pytest.raises(LinkUnusable):
        confirm_trial(token=token_in(mail.outbox[0]), now=NOW + days(1))
    assert ask(trial, days(16))
    assert mail.outbox[-1].to == [STRANGER]


def test_a_link_that_was_not_used_runs_out_and_the_address_is_forgotten():
    trial = by_mail()
    with pytest.raises(LinkUnusable):
        confirm_trial(token=trial_token(trial, ""), now=NOW + days(8))
    assert forget_unconfirmed(now=NOW + days(6)) == 0
    assert forget_unconfirmed(now=NOW + days(8)) == 1
    assert not Trial.objects.exists()


def test_a_broken_link_is_unusable_and_so_is_one_of_a_deleted_trial():
    trial = begin()
    with pytest.raises(LinkUnusable):
        answer_trial(token=trial_token(trial, "first") + "x", answer="worked", now=NOW)
    token = trial_token(trial, "")
    trial.delete()
    with pytest.raises(LinkUnusable):
        answer_trial(token=token, answer="worked", now=NOW)


def test_nobody_can_have_the_site_send_many_mails_to_one_address():
    set_rule(name="follow_up_rules.trials_per_address_and_day", value=1)
    by_mail()
    with pytest.raises(LimitReached):
        by_mail()


# ------------------------------------------------------------ asking


def test_two_questions_and_no_third():
    trial = begin()
    asked = [ask(trial, days(day)) for day in range(0, 400, 5)]
    assert sum(asked) == 2
    assert [message.subject.split("?")[0] for message in mail.outbox] == ["How did it go", "Did it come back"]
    assert "List-Unsubscribe" in mail.outbox[0].extra_headers


def test_a_mail_that_does_not_leave_is_tried_again(monkeypatch):
    trial = by_mail()
    confirm_trial(token=trial_token(trial, ""), now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr("wiki.actions.trials.EmailMessage.send", _refuses)
        with pytest.raises(MailRefused):
            ask(trial, days(14))
    assert ask(trial, days(15))
    assert len(mail.outbox) == 2


def _refuses(*_):
    raise smtplib.SMTPServerDisconnected("gone")


def test_nobody_is_asked_without_a_confirmed_address_or_in_a_demonstration():
    assert not ask(begin(make_user(reputation=100, is_confirmed=False)), days(20))
    assert not ask(begin(make_user(reputation=100, is_demonstration=True)), days(20))
    assert mail.outbox == []


def test_nobody_is_asked_about_a_fix_that_is_gone():
    trial = begin()
    Fix.objects.filter(remedy=trial.remedy_id).update(state="deleted")
    assert not ask(trial, days(20))


def test_one_who_reported_by_themselves_is_asked_only_whether_it_came_back():
    member, fix = make_regular(), make_fix()
    trial = begin(member, remedy=fix.remedy)
    outcome = make_outcome(fix=fix, member=member, product=a_year(), now=NOW + days(3))
    trial.refresh_from_db()
    assert trial.outcome == outcome
    assert not outcome.prompted
    assert [ask(trial, days(day)) for day in (14, 60, 90, 91)] == [False, False, True, False]


def test_one_who_reported_a_failure_is_asked_nothing():
    member, fix = make_regular(), make_fix()
    trial = begin(member, remedy=fix.remedy)
    make_outcome(fix=fix, member=member, product=a_year(), result="failed", now=NOW + days(3))
    assert not any(ask(trial, days(day)) for day in (14, 90, 200))
    trial.refresh_from_db()
    assert trial.state == "ended"


def test_the_strangers_address_is_forgotten_with_the_second_question():
    trial = by_mail()
    confirm_trial(token=trial_token(trial, ""), now=NOW)
    ask(trial, days(14))
    assert Trial.objects.get().mail_encrypted
    ask(trial, days(90))
    assert not Trial.objects.get().mail_encrypted


def test_the_command_asks_who_is_due_once_and_shows_what_failed(monkeypatch):
    long_ago = datetime.datetime.now(datetime.UTC) - days(20)
    due = [begin(now=long_ago) for _ in range(3)]
    begin(now=datetime.datetime.now(datetime.UTC) - days(2))

    out = io.StringIO()
    call_command("send_follow_ups", "--dry-run", stdout=out)
    assert "3" in out.getvalue()
    assert mail.outbox == []
    call_command("send_follow_ups", "--limit", "1", stdout=out, verbosity=0)
    assert len(mail.outbox) == 1
    with monkeypatch.context() as patch:
        patch.setattr("wiki.actions.trials.EmailMessage.send", _refuses)
        with pytest.raises(CommandError):
            call_command("send_follow_ups", stdout=out, verbosity=0)
    call_command("send_follow_ups", stdout=out, verbosity=0)
    call_command("send_follow_ups", stdout=out, verbosity=0)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(trial.member.email for trial in due)


def test_the_trials_old_enough_are_found_in_one_query(django_assert_num_queries):
    for _ in range(3):
        begin()
    with django_assert_num_queries(1):
        assert [str(trial) for trial in trials_to_ask(NOW + days(20))] != []
    assert not trials_to_ask(NOW + days(2))


# ------------------------------------------------------------ answering


def test_the_answer_becomes_a_prompted_report_in_the_owners_tier():
    member = make_regular()
    owned = make_owned_product(member=member, product=a_year(), possession_shown_at=NOW)
    trial = begin(member, owned=owned)
    ask(trial, days(14))
    answer_trial(token=token_in(mail.outbox[0]), answer="worked", now=NOW + days(15))

    outcome = Outcome.objects.get(member=member)
    assert (outcome.result, outcome.tier, outcome.prompted, outcome.owned_product) == ("worked", "owner", True, owned)


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_what_came_back_counts_as_failed_and_nothing_more_is_asked(who):
    trial = begin() if who == "member" else confirm_trial(token=trial_token(by_mail(), ""), now=NOW)
    ask(trial, days(14))
    token = token_in(mail.outbox[-1])
    answer_trial(token=token, answer="worked", now=NOW + days(15))
    ask(trial, days(90))
    later = token_in(mail.outbox[-1])
    with pytest.raises(NotAllowed):
        answer_trial(token=later, answer="worked", now=NOW + days(91))
    answer_trial(token=later, answer="came_back", now=NOW + days(91))

    outcome = Outcome.objects.get(remedy=trial.remedy)
    assert outcome.came_back_on == (NOW + days(91)).date()
    assert outcome.prompted
    trial.refresh_from_db()
    assert (trial.state, answers_of(trial)) == ("ended", ())


def test_what_came_back_lowers_the_chance_in_the_plan():
    trial = begin()
    fix = trial.remedy.fix
    ask(trial, days(14))
    answer_trial(token=token_in(mail.outbox[-1]), answer="worked", now=NOW + days(15))
    later = NOW + days(92)
    before = plan_for(fix.problem, Reader(), now=later).row(trial.remedy_id).q
    ask(trial, days(90))
    answer_trial(token=token_in(mail.outbox[-1]), answer="came_back", now=NOW + days(91))
    assert plan_for(fix.problem, Reader(), now=later).row(trial.remedy_id).q < before


def test_still_fixed_ends_the_trial_and_leaves_the_report():
    trial = begin()
    ask(trial, days(14))
    answer_trial(token=token_in(mail.outbox[-1]), answer="worked", now=NOW + days(15))
    ask(trial, days(90))
    trial = answer_trial(token=token_in(mail.outbox[-1]), answer="lasts", now=NOW + days(91))
    assert trial.lasted_at == NOW + days(91)
    assert Outcome.objects.get().came_back_on is None
    assert not ask(trial, days(300))


def test_an_answer_where_a_report_stood_before_ties_the_two_and_changes_nothing():
    digest = digest_of(STRANGER)
    remedy = make_fix().remedy
    Outcome.objects.create(
        remedy=remedy, product=a_year(), result="failed", mail_digest=digest, happened_on=NOW.date(),
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    trial = confirm_trial(token=trial_token(by_mail(remedy=remedy), ""), now=NOW)
    ask(trial, days(14))
    trial = answer_trial(token=token_in(mail.outbox[-1]), answer="worked", now=NOW + days(15))
    assert Outcome.objects.get().result == "failed"
    assert trial.outcome.result == "failed"


def test_a_withdrawn_report_can_be_answered_anew():
    trial = begin()
    ask(trial, days(14))
    token = token_in(mail.outbox[-1])
    answer_trial(token=token, answer="worked", now=NOW + days(15))
    withdraw_outcome(outcome=Outcome.objects.get(), actor=trial.member, now=NOW + days(16))
    answer_trial(token=token, answer="partly", now=NOW + days(17))
    assert Outcome.objects.get().result == "partly"


# ------------------------------------------------------------ stopping


def test_the_way_out_of_a_mail_stops_all_mails_of_the_person():
    member = make_regular()
    first, second = begin(member), begin(member)
    ask(first, days(14))
    stop_asking(token=token_in(mail.outbox[-1]), now=NOW + days(15))
    assert not ask(first, days(90))
    assert not ask(second, days(90))
    assert len(mail.outbox) == 1

    stranger = confirm_trial(token=trial_token(by_mail(), ""), now=NOW)
    ask(stranger, days(14))
    stop_asking(token=token_in(mail.outbox[-1]), now=NOW + days(15))
    stranger.refresh_from_db()
    assert (stranger.state, stranger.mail_encrypted) == ("ended", "")


def test_a_trial_is_given_up_by_its_member_alone():
    trial = begin()
    with pytest.raises(NotAllowed):
        stop_asking(trial=trial, actor=make_regular(), now=NOW)
    stop_asking(trial=trial, actor=trial.member, now=NOW)
    assert not ask(trial, days(20))
    assert begin(trial.member, remedy=trial.remedy).pk != trial.pk


def test_erasing_a_person_takes_their_trials_away():
    trial = begin()
    erase_member(member=trial.member, password=PASSWORD, now=NOW)
    assert not Trial.objects.exists()


def test_ones_own_page_says_when_the_next_mail_comes(django_assert_num_queries):
    member = make_regular()
    begin(member)
    begin(member, wants_mail=False)
    trials_of(member, now=NOW)
    with django_assert_num_queries(1):
        rows = trials_of(member, now=NOW)
    assert {row.next_mail_on for row in rows} == {(NOW + days(14)).date(), None}
