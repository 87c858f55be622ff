"""Reporting and posting by the API, with a token."""

import datetime

import pytest

from accounts.actions.tokens import make_token, revoke_token
from accounts.models import ApiToken, Membership
from accounts.rules.tokens import TokenScope
from tests.builders.accounts import NOW, make_professional
from tests.builders.products import a_year, brake_light_switch
from tests.builders.wiki import make_fix
from wiki.models import Fix, Outcome, Problem, Sighting

pytestmark = pytest.mark.django_db


def outcome_of(world, **more):
    return {"remedy": world.fix.remedy.pk, "product": a_year().path, "result": "worked", "money": "64.20", **more}


def test_an_outcome_counts_in_the_plan_at_once(api, send, world):
    before = api(f"problems/{world.problem.pk}/plan")["steps"][0]["chance"]["reports"]
    response = send("outcomes", outcome_of(world, hours="0.5"), headers=world.bearer)
    assert response.status_code == 201
    outcome = Outcome.objects.get(pk=response.json()["id"])
    assert (outcome.member, str(outcome.money)) == (world.member, "64.20")
    assert api(f"problems/{world.problem.pk}/plan")["steps"][0]["chance"]["reports"] == before + 1


def test_a_second_report_is_refused_with_the_first_and_can_be_withdrawn(client, send, world):
    first = send("outcomes", outcome_of(world), headers=world.bearer).json()["id"]
    again = send("outcomes", outcome_of(world, result="failed"), headers=world.bearer)
    assert (again.status_code, again.json()["existing"]) == (409, first)
    assert client.delete(f"/api/v1/outcomes/{first}", headers=world.bearer).status_code == 204
    assert Outcome.objects.get(pk=first).state == "deleted"
    assert client.delete(f"/api/v1/outcomes/{first}", headers=world.bearer).status_code == 404


def test_nobody_withdraws_what_others_reported(client, world):
    response = client.delete(f"/api/v1/outcomes/{world.outcome.pk}", headers=world.bearer)
    assert response.status_code == 403
    assert Outcome.objects.get(pk=world.outcome.pk).state == "published"


def test_a_job_number_makes_a_workshops_report_professional_and_stays_private(send, world):
    workshop = make_professional(product=a_year())
    text = make_token(member=workshop, name="counter", scopes=[TokenScope.REPORT], now=NOW).text
    body = outcome_of(world, job_number="J-4711", done_by="workshop")
    response = send("outcomes", body, headers={"Authorization": f"Bearer {text}"})
    assert response.json()["tier"] == "professional"
    assert "J-4711" not in response.content.decode()
    assert Outcome.objects.get(pk=response.json()["id"]).job_number == "J-4711"


def test_a_job_reports_once_on_a_remedy_for_everybody_in_the_workshop(send, world):
    first = make_professional(product=a_year())
    organisation = Membership.objects.get(member=first).organisation
    second = make_professional(product=a_year(), organisation=organisation)
    sent = []
    for member, remedy in ((first, world.fix.remedy), (second, world.fix.remedy), (second, make_fix().remedy)):
        text = make_token(member=member, name="counter", scopes=[TokenScope.REPORT], now=NOW).text
        body = outcome_of(world, job_number="J-4711", remedy=remedy.pk)
        sent.append(send("outcomes", body, headers={"Authorization": f"Bearer {text}"}))
    assert [one.status_code for one in sent] == [201, 409, 201]
    assert "J-4711" not in sent[1].content.decode()


def test_a_problem_a_fix_and_a_sighting_are_posted_in_the_members_name(send, world):
    asked = send(
        "problems",
        {"title": "Doors lock by themselves", "symptom": "Every morning in the rain.", "product": a_year().path},
        headers=world.bearer,
    )
    problem = Problem.objects.get(pk=asked.json()["id"])
    assert (asked.status_code, problem.author) == (201, world.member)
    fixed = send(
        "fixes",
        {
            "problem": problem.pk,
            "title": "Dry the door module",
            "steps": "Take it out and let it dry.",
            "cost": "0",
            "hours": "1",
            "component": brake_light_switch().pk,
            "parts": [{"name": "Seal", "price": "3.50"}],
        },
        headers=world.bearer,
    )
    fix = Fix.objects.get(pk=fixed.json()["id"])
    assert (fix.author, fix.safety_class, fixed.json()["parts"][0]["price"]) == (world.member, "amber", "3.50")
    seen = send("sightings", {"problem": problem.pk, "text": "Mine too."}, headers=world.bearer)
    assert Sighting.objects.get(pk=seen.json()["id"]).member == world.member


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"result": "perhaps"}, "result"),
        ({"money": "sixty"}, "money"),
        ({"money": 60}, "money"),
        ({"harm": "yes"}, "harm"),
        ({"happened_on": "2026-02-31"}, "happened_on"),
        ({"note": "a\x00b"}, "note"),
        ({"resutl": "worked"}, "resutl"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_written(send, world, body, at):
    response = send("outcomes", outcome_of(world, **body), headers=world.bearer)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["at"].endswith(at)
    assert Outcome.objects.count() == 1


def test_a_day_to_come_and_things_that_are_not_there_are_refused(send, world):
    tomorrow = (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)).isoformat()
    assert send("outcomes", outcome_of(world, happened_on=tomorrow), headers=world.bearer).status_code == 409
    assert send("outcomes", outcome_of(world, product="cars/tesla"), headers=world.bearer).status_code == 404
    assert send("outcomes", outcome_of(world, remedy=10**9), headers=world.bearer).status_code == 404
    assert send("sightings", {"problem": 10**9}, headers=world.bearer).status_code == 404
    assert Outcome.objects.count() == 1


def test_writing_needs_a_token_that_works_and_opens_it(send, world):
    body = outcome_of(world)
    nobody = send("outcomes", body)
    assert (nobody.status_code, nobody["WWW-Authenticate"]) == (401, "Bearer")
    reader = make_token(member=world.member, name="reads", scopes=[TokenScope.READ], now=NOW).text
    assert send("outcomes", body, headers={"Authorization": f"Bearer {reader}"}).status_code == 403
    revoke_token(token=ApiToken.objects.get(name="tests"), actor=world.member, now=NOW)
    assert send("outcomes", body, headers=world.bearer).status_code == 401
    assert Outcome.objects.count() == 1


def test_a_browsers_session_opens_nothing(client, send, world):
    client.force_login(world.member)
    assert send("outcomes", outcome_of(world)).status_code == 401


def test_a_fix_that_is_hidden_takes_no_report(send, world):
    fix = make_fix()
    Fix.objects.filter(pk=fix.pk).update(state="hidden")
    assert send("outcomes", outcome_of(world, remedy=fix.remedy.pk), headers=world.bearer).status_code == 404
