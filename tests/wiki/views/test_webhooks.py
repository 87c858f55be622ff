"""A webhook on its pages: made, shown once, tested, read in its log, sent again; by its owner and nobody else."""

import pytest
from django.utils import timezone

from accounts.errors import LimitReached, NotYours
from accounts.models import Organisation
from tests.builders.accounts import NOW, PASSWORD, make_membership, make_organisation, make_user, set_rule
from tests.builders.products import a_make, a_model, a_year
from tests.builders.wiki import make_problem, make_webhook
from tests.html import read
from tests.wiki.webhooks.receiver import listening
from wiki.actions.webhooks import add_webhook, pause_webhook, ping_webhook, send_again, send_failed_again
from wiki.errors import AddressRefused, WebhookRefused
from wiki.models import Webhook, WebhookDelivery
from wiki.webhooks.worker import send_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def local(settings):
    settings.WEBHOOKS_LOCAL = True


@pytest.fixture
def trusted(client_of):
    """A browser whose person has typed the password again."""

    def signed_in(user):
        client = client_of(user)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    return signed_in


def manager_of(organisation: Organisation):
    member = make_user()
    make_membership(organisation=organisation, member=member, is_manager=True)
    return member


def typed(**more) -> dict:
    return {
        "address": "http://localhost:9000/in",
        "events": ["problem.new"],
        "product": a_model().full_name,
        **more,
    }


def test_a_member_makes_one_sees_its_secret_once_tests_it_and_sends_again(trusted, local):
    client = trusted(make_user())
    with listening() as receiver:
        made = read(client.post("/me/webhooks/", typed(address=receiver.address)))
        secret = made.one("secret").text
        assert secret.startswith("whsec_")
        webhook = Webhook.objects.get()
        assert secret not in client.get("/me/webhooks/").content.decode()
        address = read(client.get("/me/webhooks/")).one("webhook").links[receiver.address]

        client.post(f"{address}test/")
        receiver.status, receiver.body = 500, b"<script>alert(1)</script> \xe9"
        make_problem(product=a_year(), now=timezone.now())
        send_due()
        Webhook.objects.update(quiet_until=None)
        send_due()
        page = read(client.get(address))
        assert ["waits, next try" in each.one("status").text for each in page.all("delivery")] == [True, True]
        assert [each.text.count("500") for each in page.all("try")] == [1, 1]
        assert "<script>alert(1)</script>" in page.all("try")[0].text
        assert [sent.headers["webhook-id"] for sent in receiver.sent] == [
            delivery.message_id for delivery in webhook.deliveries.order_by("pk")
        ]

        WebhookDelivery.objects.update(status="failed")
        receiver.status = 200
        webhook.refresh_from_db()
        client.post(f"{address}again/", {"delivery": webhook.deliveries.get(event="problem.new").pk})
        assert send_due() == 1
        assert receiver.sent[-1].headers["webhook-id"] == webhook.deliveries.get(event="problem.new").message_id
        refused = read(client.post(f"{address}failed/", {"since": "yesterday"}))
        assert refused.one("form-errors")
        client.post(f"{address}failed/", {"since": "2026-01-01"})
        assert send_due() == 1
    assert "delivered" in read(client.get(address)).all("delivery")[0].one("status").text

    changed = read(client.post(f"{address}secret/"))
    assert changed.one("secret").text not in (secret, "")
    client.post(f"{address}pause/")
    assert "paused" in read(client.get(address)).one("state").text
    client.post(f"{address}resume/")
    assert client.post(f"{address}explode/").status_code == 404
    client.post(f"{address}delete/")
    assert not Webhook.objects.exists()


def test_the_password_is_asked_for_before_a_secret_is_shown_and_what_was_typed_is_kept(client_of, local):
    client = client_of(make_user())
    asked = client.post("/me/webhooks/", typed())
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert not Webhook.objects.exists()
    made = read(client.post(asked["Location"], {"password": PASSWORD}))
    assert made.one("secret").text.startswith("whsec_")
    assert made.one("webhook-form").attribute("action") == "/me/webhooks/"

    later = client_of(Webhook.objects.get().member)
    address = Webhook.objects.get().get_absolute_url()
    assert later.post(f"{address}secret/")["Location"].startswith("/accounts/reauthenticate/")
    assert later.post(f"{address}pause/")["Location"] == address


def test_a_hostile_address_is_refused_beside_the_field_and_what_was_typed_stays(trusted):
    client = trusted(make_user())
    for address in ("http://localhost:9000/in", "https://169.254.169.254/latest/meta-data/", "https://u:p@x.org/"):
        page = read(client.post("/me/webhooks/", typed(address=address)))
        assert address in page.one("webhook-form").source
        assert page.one("form-errors")
    assert not Webhook.objects.exists()


def test_what_is_missing_is_said(trusted, local):
    client = trusted(make_user())
    for gap in ({"events": []}, {"product": ""}, {"product": "no such car"}, {"address": ""}):
        assert read(client.post("/me/webhooks/", typed(**gap))).one("form-errors")
    assert not Webhook.objects.exists()


def test_a_manager_makes_one_for_the_scope_and_colleagues_and_others_never_see_it(client_of, trusted, local):
    workshop = make_organisation(scope=[a_make()])
    manager, colleague = manager_of(workshop), make_user()
    make_membership(organisation=workshop, member=colleague)
    other = manager_of(make_organisation(scope=[a_make()]))
    client = trusted(manager)

    made = read(client.post("/pro/webhooks/", typed(product="", organisation=workshop.pk)))
    assert made.one("secret").text
    webhook = Webhook.objects.get()
    assert (webhook.organisation, webhook.member, webhook.product) == (workshop, None, None)
    address = webhook.get_absolute_url()
    assert client.get(address).status_code == 200
    assert client.get(f"/me/webhooks/{webhook.pk}/").status_code == 404
    for stranger in (colleague, other):
        assert client_of(stranger).get(address).status_code == 404
        assert client_of(stranger).post(f"{address}delete/").status_code == 404
    assert client_of(colleague).get("/pro/webhooks/").status_code == 403

    outside = typed(product=a_make(name="Jaguar").full_name, organisation=workshop.pk)
    assert "not in the scope" in read(client.post("/pro/webhooks/", outside)).one("form-errors").text
    foreign = typed(product="", organisation=make_organisation(scope=[a_make()]).pk)
    assert read(client.post("/pro/webhooks/", foreign)).one("form-errors")
    assert Webhook.objects.count() == 1


def test_acts_refuse_what_is_not_ones_own_and_what_makes_no_sense(local):
    member, webhook = make_user(), make_webhook()
    workshop = make_organisation(scope=[a_make()])
    more = {"address": "http://localhost:1/", "actor": member, "now": NOW}
    with pytest.raises(NotYours):
        pause_webhook(webhook=webhook, actor=member)
    with pytest.raises(NotYours):
        add_webhook(events=["problem.new"], product=None, organisation=workshop, **more)
    with pytest.raises(WebhookRefused):
        add_webhook(events=["no.such"], product=a_model(), **more)
    with pytest.raises(WebhookRefused):
        add_webhook(events=["problem.new"], product=None, **more)
    with pytest.raises(AddressRefused):
        add_webhook(events=["problem.new"], product=a_model(), **{**more, "address": "https://10.0.0.1/"})
    set_rule(name="webhook_rules.most", value=1)
    add_webhook(events=["problem.new"], product=a_model(), **more)
    with pytest.raises(LimitReached):
        add_webhook(events=["problem.new"], product=a_model(), **more)


def test_a_paused_one_sends_nothing_again_and_tests_come_once_a_minute():
    webhook = make_webhook()
    owner = webhook.member
    make_problem(now=NOW)
    delivery = webhook.deliveries.get()
    with pytest.raises(WebhookRefused):
        send_again(delivery=delivery, actor=owner, now=NOW)
    ping_webhook(webhook=webhook, actor=owner, now=NOW)
    with pytest.raises(LimitReached):
        ping_webhook(webhook=webhook, actor=owner, now=NOW)
    pause_webhook(webhook=webhook, actor=owner)
    with pytest.raises(WebhookRefused):
        send_failed_again(webhook=webhook, since=NOW, actor=owner, now=NOW)


def test_the_log_comes_in_pages_of_a_few_questions(client_of, django_assert_max_num_queries):
    webhook = make_webhook()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook=webhook,
            message_id=f"msg_{number}",
            event="problem.new",
            about="problem",
            object_id=number,
            happened_at=NOW,
            next_try_at=NOW,
        )
        for number in range(1, 61)
    )
    client = client_of(webhook.member)
    client.get(webhook.get_absolute_url())
    WebhookDelivery.objects.update(happened_at=timezone.now())
    with django_assert_max_num_queries(14):
        page = read(client.get(webhook.get_absolute_url() + "?page=2"))
    assert len(page.all("delivery")) == 25
    assert page.one("pagination")


def test_the_help_page_shows_every_event_with_an_example_and_the_rules_in_force(client):
    set_rule(name="webhook_rules.tries", value=9)
    page = read(client.get("/help/webhooks/"))
    names = [each.attribute("id") for each in page.all("event")]
    assert names[0] == "problem.new"
    assert names[-1] == "ping"
    assert '"type": "recall.new"' in page.text
    assert "9 tries" in page.text
