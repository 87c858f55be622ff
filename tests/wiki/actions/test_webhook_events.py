"""Which webhooks are told of what, and what a delivery says and does not say."""

import json

import jsonschema_rs
import pytest

from accounts.models import Organisation
from tests.builders.accounts import NOW, make_moderator, make_organisation, make_professional, make_user
from tests.builders.products import a_make, a_model, a_year, make_diagnostic
from tests.builders.wiki import make_fix, make_issue, make_outcome, make_problem, make_webhook
from wiki.actions.following import tell_followers, tell_of_diagnostics, tell_of_issues
from wiki.actions.outcomes import judge_outcome
from wiki.models import EmergingIssue, WebhookDelivery
from wiki.rules.webhooks import EVENTS
from wiki.webhooks.documents import EXAMPLES
from wiki.webhooks.payloads import ABOUT, DATA, body_of

pytestmark = pytest.mark.django_db
ALL = tuple(EVENTS)


def told(webhook) -> list[str]:
    return list(webhook.deliveries.order_by("pk").values_list("event", flat=True))


def body(delivery) -> dict:
    sent = body_of(delivery)
    assert sent is not None
    return json.loads(sent)


def confirm(fix) -> None:
    """Three people report a success, one of them with proof."""
    for has_evidence in (True, False, False):
        outcome = make_outcome(fix=fix, product=a_year())
        if has_evidence:
            judge_outcome(outcome=outcome, tier="owner", has_evidence=True, actor=make_moderator(), now=NOW)


def test_a_new_problem_is_told_on_its_product_and_those_above_to_whom_it_concerns():
    of_year, of_model = make_webhook(product=a_year()), make_webhook(product=a_model())
    of_workshop = make_webhook(organisation=make_organisation(scope=[a_make()]))
    narrowed = make_webhook(organisation=make_organisation(scope=[a_make()]), product=a_model())
    others = [
        make_webhook(product=a_year(year=2005)),
        make_webhook(events=["fix.confirmed"]),
        make_webhook(state="paused"),
        make_webhook(state="stopped", stopped_because="gone"),
        make_webhook(member=make_user(is_active=False)),
        make_webhook(organisation=make_organisation(scope=[a_make()], is_verified=False)),
        make_webhook(organisation=make_organisation(scope=[a_make(name="Jaguar")])),
        make_webhook(organisation=make_organisation(scope=[a_make(name="Jaguar")]), product=a_model()),
    ]
    problem = make_problem(product=a_year())

    for webhook in (of_year, of_model, of_workshop, narrowed):
        assert told(webhook) == ["problem.new"]
    assert [told(webhook) for webhook in others] == [[]] * len(others)
    assert WebhookDelivery.objects.values("message_id").distinct().count() == 4

    said = body(of_year.deliveries.get())
    assert (said["type"], said["data"]["id"]) == ("problem.new", problem.pk)
    assert said["data"]["url"].endswith(problem.get_absolute_url())
    assert said["data"]["api_url"].endswith(f"/api/v1/problems/{problem.pk}")
    assert said["timestamp"].endswith("Z")


def test_a_fix_is_told_of_when_reports_confirm_it_and_once():
    webhook, fix = make_webhook(events=ALL), make_fix()
    WebhookDelivery.objects.all().delete()
    confirm(fix)
    assert told(webhook).count("fix.confirmed") == 1
    said = body(webhook.deliveries.get(event="fix.confirmed"))
    assert (said["data"]["state"], said["data"]["problem"]) == ("confirmed", fix.problem_id)


def test_an_outcome_says_how_it_went_and_not_by_whom_or_on_which_job():
    webhook = make_webhook(events=["outcome.new"])
    workshop = make_professional(product=a_make(), email="mike@workshop.example", username="mike")
    make_outcome(
        member=workshop,
        product=a_year(),
        job_number="J-4711",
        note="VIN SALLMAMA34A123456, call me at mike@workshop.example",
    )
    sent = body_of(webhook.deliveries.get())
    assert json.loads(sent)["data"]["tier"] == "professional"
    for private in (b"J-4711", b"SALLMAMA", b"mike"):
        assert private not in sent


def test_a_recall_for_a_year_is_told_on_its_model_and_a_bulletin_is_another_event():
    webhook = make_webhook(events=ALL, product=a_model())
    other = make_webhook(events=ALL, product=a_year(year=2005))
    of_scope = make_webhook(events=ALL, organisation=make_organisation(scope=[a_year()]))
    recall = make_diagnostic(kind="recall", number="14V1", products=[a_year()], issued_on=NOW.date())
    make_diagnostic(kind="bulletin", number="LTB1", products=[a_model()], issued_on=NOW.date())
    tell_of_diagnostics(now=NOW)
    tell_of_diagnostics(now=NOW)
    assert told(webhook) == ["recall.new", "official.new"]
    assert told(of_scope) == ["recall.new", "official.new"]
    assert told(other) == ["official.new"]
    said = body(webhook.deliveries.get(event="recall.new"))
    assert (said["data"]["number"], said["data"]["products"]) == (recall.number, [a_year().path])


def test_what_an_import_brings_is_told_to_webhooks_made_before_it():
    before, after = make_webhook(events=ALL), make_webhook(events=ALL, created_at=NOW)
    tell_followers(about=make_diagnostic(products=[a_model()]), kind="official", now=NOW, followed_before=NOW)
    assert (told(before), told(after)) == (["official.new"], [])


def test_an_issue_is_told_to_everybody_once_it_is_public_and_to_its_manufacturer_alone_before():
    maker = make_organisation(kind=Organisation.Kind.MANUFACTURER, scope=[a_make()])
    of_maker = make_webhook(events=ALL, organisation=maker)
    of_rival = make_webhook(
        events=ALL,
        organisation=make_organisation(kind=Organisation.Kind.MANUFACTURER, scope=[a_make(name="Jaguar")]),
    )
    of_workshop = make_webhook(events=ALL, organisation=make_organisation(scope=[a_make()]))
    of_member = make_webhook(events=ALL)
    issue = make_issue(product=a_year())

    tell_of_issues(now=NOW)
    assert told(of_maker) == ["emerging_issue.alert"]
    assert told(of_member) == told(of_workshop) == told(of_rival) == []
    assert body(of_maker.deliveries.get())["data"]["level"] == "alert"

    EmergingIssue.objects.update(is_public=True)
    tell_of_issues(now=NOW)
    assert told(of_maker) == told(of_member) == told(of_workshop) == ["emerging_issue.alert"]
    said = body(of_member.deliveries.get())
    assert (said["data"]["id"], said["data"]["api_url"]) == (issue.pk, None)

    EmergingIssue.objects.update(is_public=False)
    assert body_of(of_member.deliveries.get()) is None
    assert body_of(of_maker.deliveries.get()) is not None


def test_what_was_hidden_deleted_or_lost_its_problem_is_not_said():
    webhook = make_webhook(events=ALL, product=a_model())
    problem = make_problem()
    fix = make_fix(problem=problem)
    confirm(fix)
    assert sorted(told(webhook)) == ["fix.confirmed", *["outcome.new"] * 3, "problem.new"]
    assert all(body_of(delivery) is not None for delivery in webhook.deliveries.all())
    type(problem).objects.filter(pk=problem.pk).update(state="hidden")
    assert [body_of(delivery) for delivery in webhook.deliveries.all()] == [None] * 5


def test_the_openapi_document_describes_every_event_with_a_schema_that_its_example_fits(client):
    described = client.get("/api/v1/openapi.json").json()["webhooks"]
    assert list(described) == [*EVENTS, "ping"]
    for event, request in described.items():
        body = request["post"]["requestBody"]["content"]["application/json"]
        jsonschema_rs.validator_for(body["schema"]).validate(body["example"])
        assert body["example"]["type"] == event


@pytest.mark.parametrize("event", [*EVENTS, "ping"])
def test_the_example_of_every_event_has_the_fields_that_are_sent(event):
    schema = DATA[ABOUT[event]]
    example = EXAMPLES[event]
    assert example["type"] == event
    assert set(example["data"]) == set(schema.model_fields)
    schema.model_validate(example["data"], strict=True)
