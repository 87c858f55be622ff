"""Mail about what members follow: all in one, as often as they chose, each thing once, stopped by one button."""

import datetime
import io
import re
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.actions.notifications import choose_notification_mail, mark_read
from accounts.models import User
from accounts.queries.notifications import members_to_mail
from products.actions.official_diagnostics import supersede_diagnostic
from tests.builders.accounts import NOW, make_user, set_rule
from tests.builders.products import a_year, make_diagnostic, make_import_run
from tests.builders.wiki import make_fix, make_problem
from tests.html import read
from wiki.actions.following import follow, tell_followers, tell_of_diagnostics
from wiki.actions.mailed_news import MOST_NAMED, mail_news
from wiki.errors import MailRefused

pytestmark = pytest.mark.django_db
TOMORROW = NOW + datetime.timedelta(days=1)


def follower(*things, wish="at_once", **fields) -> User:
    member = make_user(notification_mail=wish, **fields)
    for thing in things:
        follow(thing=thing, actor=member, now=NOW)
    return member


def send(member, now=NOW) -> bool:
    return mail_news(member=member, now=now)


def fail_with(monkeypatch, error) -> None:
    def fails(*args):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", fails)


# ------------------------------------------------------------ what is mailed


def test_all_that_waits_comes_in_one_mail_and_once():
    problem = make_problem(title="Stalls <when> warm")
    member = follower(problem)
    make_fix(problem=problem, title="Clean the valve & hose", now=NOW)
    make_fix(problem=problem, title="Replace the coil", now=NOW)
    assert send(member)
    assert not send(member)
    (message,) = mail.outbox
    assert message.to == [member.email]
    assert message.subject == "News: Stalls <when> warm"
    for words in ("Clean the valve & hose", "Replace the coil", f"http://127.0.0.1:8000{problem.get_absolute_url()}"):
        assert words in message.body
    html = read(message.alternatives[0].content)
    assert html.select(".//h2/a")[0].text == "Stalls <when> warm"
    assert [line.text for line in html.select(".//li")] == [
        "A new fix was proposed: Replace the coil.",
        "A new fix was proposed: Clean the valve & hose.",
    ]


def test_the_daily_mail_is_about_the_days_before():
    problem = make_problem()
    member = follower(problem, wish="daily")
    tell_followers(about=problem, kind="answer", state="1", now=NOW)
    assert list(members_to_mail(NOW)) == []
    assert not send(member)
    assert list(members_to_mail(TOMORROW)) == [member]
    tell_followers(about=problem, kind="answer", state="2", now=TOMORROW)
    assert send(member, TOMORROW)
    assert not send(member, TOMORROW)
    assert member.notifications.get(state="2").mail == "waiting"


def test_who_chose_none_or_confirmed_no_address_gets_no_mail():
    problem = make_problem()
    unconfirmed, silent = follower(problem, is_confirmed=False), follower(problem)
    make_fix(problem=problem, now=NOW)
    choose_notification_mail(member=silent, wish="none")
    assert not send(unconfirmed)
    assert not send(silent)
    assert mail.outbox == []
    assert list(members_to_mail(TOMORROW)) == []


def test_what_was_read_in_the_inbox_or_is_old_or_hidden_is_not_mailed():
    reader, late, other = make_problem(), make_problem(), make_problem()
    members = follower(reader), follower(late), follower(other)
    for problem in (reader, late, other):
        tell_followers(about=problem, kind="answer", now=NOW)
    mark_read(member=members[0], now=NOW)
    type(other).objects.filter(pk=other.pk).update(state="hidden")
    assert not send(members[0])
    assert not send(members[1], NOW + datetime.timedelta(days=8))
    assert not send(members[2])
    assert mail.outbox == []


def test_a_mail_names_only_so_many_things_and_says_how_many_more():
    set_rule(name="notification_rules.most_followed", value=1000)
    member = follower(*[make_problem() for _ in range(MOST_NAMED + 2)])
    for row in member.follows.select_related("problem"):
        tell_followers(about=row.problem, kind="answer", now=NOW)
    send(member)
    assert mail.outbox[0].subject == f"News of {MOST_NAMED + 2} things you follow"
    assert "2 more: http://127.0.0.1:8000/me/inbox/" in mail.outbox[0].body


def test_a_title_makes_no_header_of_its_own():
    problem = make_problem()
    type(problem).objects.filter(pk=problem.pk).update(title="Stalls\r\nBcc: all@example.org")
    member = follower(problem)
    tell_followers(about=problem, kind="answer", now=NOW)
    send(member)
    message = mail.outbox[0].message()
    assert message["Subject"] == "News: Stalls Bcc: all@example.org"
    assert message["Bcc"] is None


# ------------------------------------------------------------ mail down


def test_mail_that_is_down_fails_no_act_and_is_tried_again(monkeypatch):
    problem = make_problem()
    member = follower(problem)
    with monkeypatch.context() as down:
        fail_with(down, ConnectionRefusedError())
        make_fix(problem=problem, now=NOW)
        with pytest.raises(MailRefused):
            send(member)
    assert send(member)
    assert len(mail.outbox) == 1


def test_an_address_that_the_server_refuses_is_not_tried_again(monkeypatch):
    problem = make_problem()
    member = follower(problem)
    make_fix(problem=problem, now=NOW)
    with monkeypatch.context() as down:
        fail_with(down, smtplib.SMTPRecipientsRefused({member.email: (550, b"unknown")}))
        assert not send(member)
    assert not send(member)
    assert mail.outbox == []


def test_the_command_sends_once_counts_and_gives_up_on_a_dead_server(monkeypatch):
    problem = make_problem()
    for _ in range(5):
        follower(problem)
    tell_followers(about=problem, kind="answer", now=datetime.datetime.now(tz=datetime.UTC))

    def run(**options) -> str:
        said = io.StringIO()
        call_command("send_notifications", verbosity=0, stdout=said, **options)
        return said.getvalue().strip()

    assert run(dry_run=True) == "Members to mail: 5."
    with monkeypatch.context() as down:
        fail_with(down, ConnectionRefusedError())
        with pytest.raises(CommandError, match=r"did not leave: 3.*so the rest waits"):
            run()
    assert run(limit=2) == "Mails sent: 2."
    assert run() == "Mails sent: 3."
    assert run() == "Mails sent: 0."


# ------------------------------------------------------------ the button


def test_one_button_stops_them_and_looking_does_not():
    problem = make_problem()
    member = follower(problem)
    make_fix(problem=problem, now=NOW)
    send(member)
    message = mail.outbox[0]
    address = re.fullmatch(r"<http://127.0.0.1:8000(/mail/stop/.+/)>", message.extra_headers["List-Unsubscribe"])[1]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert member.email not in address
    client = Client(enforce_csrf_checks=True)
    assert read(client.get(address)).has("stop-form")
    member.refresh_from_db()
    assert member.notification_mail == "at_once"
    assert read(client.post(address, {"List-Unsubscribe": "One-Click"})).has("stopped")
    member.refresh_from_db()
    assert member.notification_mail == "none"
    assert read(client.get(address)).has("stopped")


@pytest.mark.parametrize("token", ["broken", "WzEsMl0:1x:abc"])
def test_a_broken_link_stops_nothing(token, client):
    member = follower(make_problem())
    for answer in (client.get(f"/mail/stop/{token}/"), client.post(f"/mail/stop/{token}/")):
        assert answer.status_code == 410
    member.refresh_from_db()
    assert member.notification_mail == "at_once"


def test_settings_turn_it_on_again(client):
    member = follower(wish="none")
    client.force_login(member)
    form = read(client.get("/me/settings/")).form("settings-form")
    assert form.values["notification_mail"] == "none"
    assert client.post("/me/settings/", form.values | {"notification_mail": "daily"}).status_code == 302
    member.refresh_from_db()
    assert member.notification_mail == "daily"
    assert client.post("/me/settings/", form.values | {"notification_mail": "hourly"}).status_code == 200


# ------------------------------------------------------------ what imports bring


def test_what_an_import_brings_is_told_once_to_who_followed_before():
    before = follower(a_year())
    run = make_import_run(started_at=NOW + datetime.timedelta(hours=1))
    make_diagnostic(products=[a_year()], number="26V001", run=run, issued_on=NOW.date())
    make_diagnostic(products=[a_year()], number="15V001", run=run, issued_on=datetime.date(2015, 1, 1))
    after = make_user()
    follow(thing=a_year(), actor=after, now=TOMORROW)
    assert tell_of_diagnostics(now=TOMORROW) == 1
    assert tell_of_diagnostics(now=TOMORROW) == 1
    assert before.notifications.count() == 1
    assert after.notifications.count() == 0
    call_command("gather_news", stdout=io.StringIO())


def test_what_was_published_or_superseded_by_hand_is_told_once_too():
    member = follower(a_year())
    newer = make_diagnostic(products=[a_year()], number="NEW", issued_on=NOW.date())
    older = make_diagnostic(products=[a_year()], number="OLD", issued_on=datetime.date(2015, 1, 1))
    make_diagnostic(products=[a_year()], number="ANCIENT", issued_on=datetime.date(2014, 1, 1))
    supersede_diagnostic(diagnostic=older, by=newer, on=NOW.date())
    for _ in range(2):
        assert tell_of_diagnostics(now=NOW) == 2
    told = member.notifications.order_by("pk").values_list("kind", "object_id")
    assert list(told) == [("official", newer.pk), ("superseded", older.pk)]
