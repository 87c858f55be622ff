"""Deliveries arrive signed, are tried again, and are never sent by two at once; a crash costs nothing but a repeat."""

import datetime
import threading

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Verifier

from accounts.actions.erasure import erase_member
from accounts.actions.organisations import withdraw_verification
from tests.builders.accounts import NOW, PASSWORD, make_membership, make_moderator, make_organisation, make_user
from tests.builders.products import a_make
from tests.builders.wiki import make_problem, make_webhook
from tests.wiki.webhooks.receiver import listening
from wiki.actions.webhook_delivery import LEASE, deliver, forget_old_deliveries
from wiki.actions.webhooks import change_secret
from wiki.models import Problem, Webhook, WebhookDelivery, WebhookTry
from wiki.queries.webhooks import due_deliveries
from wiki.rules.webhooks import secret_text
from wiki.webhooks.calls import Answer
from wiki.webhooks.worker import send_due

MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
SECRET = secret_text(b"k" * 32)


class Post:
    """Stands for the wire: notes what was posted and answers as told."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers) or [Answer(204)]
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []

    def __call__(self, address: str, *, body: bytes, headers) -> Answer:
        self.sent.append((address, body, dict(headers)))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def in_line(**fields) -> WebhookDelivery:
    """A new problem waits for a webhook."""
    webhook = make_webhook(**fields)
    make_problem(now=NOW)
    return webhook.deliveries.get()


def try_at(delivery: WebhookDelivery, now: datetime.datetime, post: Post) -> WebhookDelivery | None:
    return deliver(pk=delivery.pk, now=now, luck=0.0, post=post)


@pytest.mark.django_db
def test_a_delivery_arrives_signed_and_the_specifications_library_verifies_it(settings):
    settings.WEBHOOKS_LOCAL = True
    with listening() as receiver:
        delivery = in_line(address=receiver.address)
        assert send_due() == 1
        assert send_due() == 0
    (sent,) = receiver.sent
    said = Verifier(SECRET).verify(sent.body, sent.headers)
    assert (said["type"], said["data"]["product"]) == ("problem.new", Problem.objects.get().product.path)
    assert sent.headers["webhook-id"] == delivery.message_id
    delivery.refresh_from_db()
    assert (delivery.status, delivery.tries, delivery.lease) == ("delivered", 1, "")
    assert WebhookTry.objects.get().status_code == 204


@pytest.mark.django_db
def test_a_server_that_fails_is_tried_again_later_and_in_the_end_no_more():
    delivery, post, now = in_line(), Post(Answer(500, "Oops")), NOW
    for tries, minutes in enumerate([1, 5, 25, 125, 625, 1440, 1440], 1):
        left = try_at(delivery, now, post)
        assert (left.status, left.tries) == ("waiting", tries)
        assert left.next_try_at == now + minutes * MINUTE
        assert due_deliveries(now + MINUTE - datetime.timedelta(seconds=1)) == []
        assert try_at(delivery, left.next_try_at - MINUTE / 60, post) is None
        now = left.next_try_at
    assert try_at(delivery, now, post).status == "failed"
    assert try_at(delivery, now + 30 * DAY, post) is None
    assert len({headers["webhook-id"] for _, _, headers in post.sent}) == 1
    assert len(post.sent) == WebhookTry.objects.count() == 8
    assert WebhookTry.objects.first().answer == "Oops"


@pytest.mark.django_db
def test_a_busy_server_is_left_alone_for_as_long_as_it_asks_with_all_that_waits_for_it():
    first = in_line()
    make_problem(now=NOW)
    second = first.webhook.deliveries.exclude(pk=first.pk).get()
    other = make_webhook()
    make_problem(now=NOW)
    post = Post(Answer(429, retry_after="3600"))
    assert try_at(first, NOW, post).next_try_at == NOW + 60 * MINUTE
    due = due_deliveries(NOW + 59 * MINUTE)
    assert due == [other.deliveries.get().pk]
    assert first.pk in due_deliveries(NOW + 60 * MINUTE)
    assert try_at(second, NOW + 60 * MINUTE, Post()).status == "delivered"


@pytest.mark.django_db
def test_one_delivery_of_each_webhook_is_due_at_a_time_the_oldest_first():
    one, other = make_webhook(), make_webhook()
    make_problem(now=NOW)
    make_problem(now=NOW + MINUTE)
    assert sorted(due_deliveries(NOW + MINUTE)) == sorted(
        webhook.deliveries.order_by("happened_at")[0].pk for webhook in (one, other)
    )
    assert due_deliveries(NOW - MINUTE) == []


@pytest.mark.django_db
def test_gone_for_good_stops_a_webhook_and_its_owner_is_mailed():
    delivery = in_line(member=make_user(email="olive@example.org"))
    assert try_at(delivery, NOW, Post(Answer(410))).status == "failed"
    webhook = Webhook.objects.get()
    assert (webhook.state, webhook.stopped_because) == ("stopped", "gone")
    (sent,) = mail.outbox
    assert sent.to == ["olive@example.org"]
    assert webhook.address in sent.body
    assert f"/me/webhooks/{webhook.pk}/" in sent.body
    make_problem(now=NOW)
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.django_db
def test_days_of_failure_stop_an_organisations_webhook_and_its_managers_are_mailed():
    workshop, manager = make_organisation(scope=[a_make()]), make_user(email="boss@example.org")
    make_membership(organisation=workshop, member=manager, is_manager=True)
    make_membership(organisation=workshop, member=make_user())
    delivery = in_line(organisation=workshop, failing_since=NOW - 6 * DAY)
    waiting = in_line(organisation=make_organisation(scope=[a_make()])).webhook
    make_problem(now=NOW)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(tries=7)
    assert try_at(delivery, NOW, Post(Answer(error="The server takes no connection."))).status == "failed"
    delivery.webhook.refresh_from_db()
    assert delivery.webhook.stopped_because == "failing"
    assert set(delivery.webhook.deliveries.values_list("status", flat=True)) == {"failed"}
    assert [sent.to for sent in mail.outbox] == [["boss@example.org"]]
    assert waiting.deliveries.filter(status="waiting").exists()


@pytest.mark.django_db
def test_a_success_ends_a_time_of_failures():
    delivery = in_line(failing_since=NOW - 4 * DAY, quiet_until=NOW - DAY)
    try_at(delivery, NOW, Post(Answer(200)))
    webhook = Webhook.objects.get()
    assert (webhook.failing_since, webhook.quiet_until) == (None, None)


@pytest.mark.django_db
def test_a_worker_that_dies_after_sending_leaves_a_repeat_under_the_same_id():
    delivery, seen = in_line(), []

    def dies(address, *, body, headers):
        seen.append(headers["webhook-id"])
        raise SystemExit

    with pytest.raises(SystemExit):
        deliver(pk=delivery.pk, now=NOW, luck=0.0, post=dies)
    post = Post()
    assert try_at(delivery, NOW + LEASE - MINUTE / 60, post) is None
    assert due_deliveries(NOW + LEASE - MINUTE / 60) == []
    assert try_at(delivery, NOW + LEASE, post).status == "delivered"
    assert [headers["webhook-id"] for _, _, headers in post.sent] == seen == [delivery.message_id]


@pytest.mark.django_db
def test_a_worker_whose_lease_ran_out_changes_nothing_of_what_another_did():
    delivery = in_line()

    def slow(address, *, body, headers):
        assert try_at(delivery, NOW + LEASE, Post(Answer(200))).status == "delivered"
        return Answer(500)

    deliver(pk=delivery.pk, now=NOW, luck=0.0, post=slow)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.log.count()) == ("delivered", 2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_delivery_at_once():
    delivery = in_line()
    sending, finished, results = threading.Event(), threading.Event(), []

    def slow(address, *, body, headers):
        sending.set()
        assert finished.wait(20)
        return Answer(204)

    def work():
        results.append(deliver(pk=delivery.pk, now=NOW, luck=0.0, post=slow))
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert sending.wait(20)
    post = Post()
    assert try_at(delivery, NOW, post) is None
    assert due_deliveries(NOW) == []
    finished.set()
    worker.join()
    assert results[0].status == "delivered"
    assert (post.sent, WebhookTry.objects.count()) == ([], 1)


@pytest.mark.django_db
def test_a_problem_that_was_hidden_meanwhile_is_not_sent():
    delivery, post = in_line(), Post()
    Problem.objects.update(state="hidden")
    assert try_at(delivery, NOW, post).status == "withheld"
    assert post.sent == []
    assert not WebhookTry.objects.exists()


@pytest.mark.django_db
def test_an_organisation_without_its_verification_and_a_member_who_left_are_told_nothing():
    workshop = make_organisation(scope=[a_make()])
    delivery, post = in_line(organisation=workshop), Post()
    withdraw_verification(organisation=workshop, actor=make_moderator(), now=NOW)
    assert try_at(delivery, NOW, post).status == "withheld"

    member = make_user()
    own = in_line(member=member)
    member.is_active = False
    member.save()
    assert try_at(own, NOW, post).status == "withheld"
    member.is_active = True
    member.save()
    erase_member(member=member, password=PASSWORD, now=NOW)
    assert not Webhook.objects.filter(pk=own.webhook_id).exists()
    assert post.sent == []


@pytest.mark.django_db
def test_after_a_change_of_the_secret_both_sign_for_a_day():
    delivery, post = in_line(), Post()
    now = timezone.now()
    new = change_secret(webhook=delivery.webhook, actor=delivery.webhook.member, now=now)
    try_at(delivery, now, post)
    (_, body, headers) = post.sent[0]
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (SECRET, new.text):
        Verifier(secret).verify(body, headers)

    WebhookDelivery.objects.update(status="waiting")
    try_at(delivery, now + DAY, post)
    assert len(post.sent[1][2]["webhook-signature"].split()) == 1
    assert SECRET not in new.webhook.secret_encrypted
    assert new.text not in new.webhook.secret_encrypted


@pytest.mark.django_db
def test_a_secret_that_cannot_be_read_is_a_failure_that_is_named():
    delivery, post = in_line(secret_encrypted="not ours"), Post()
    assert try_at(delivery, NOW, post).status == "waiting"
    assert "secret can't be read" in WebhookTry.objects.get().error
    assert post.sent == []


@pytest.mark.django_db
def test_a_webhook_deleted_while_it_is_called_leaves_nothing():
    delivery = in_line()

    def deletes(address, *, body, headers):
        Webhook.objects.all().delete()
        return Answer(204)

    deliver(pk=delivery.pk, now=NOW, luck=0.0, post=deletes)
    assert not WebhookTry.objects.exists()


@pytest.mark.django_db
def test_the_log_is_kept_for_a_month_and_what_was_told_for_a_year():
    delivery = in_line()
    try_at(delivery, NOW, Post())
    assert forget_old_deliveries(now=NOW + 29 * DAY) == 0
    assert forget_old_deliveries(now=NOW + 31 * DAY) == 1
    assert WebhookDelivery.objects.exists()
    forget_old_deliveries(now=NOW + 366 * DAY)
    assert not WebhookDelivery.objects.exists()
