"""What all requests of the API share."""

import datetime

import pytest

from accounts.actions.tokens import make_token
from accounts.models import ApiToken
from accounts.queries.community_rules import load
from accounts.rules.limits import RequestLimits
from accounts.rules.tokens import TokenScope
from tests.builders.accounts import NOW, make_user, set_rule
from tests.builders.products import a_year
from wiki.actions.idempotency import forget_old_answers
from wiki.models import IdempotentRequest, Outcome

pytestmark = pytest.mark.django_db


def body_of(world, **more):
    return {"remedy": world.fix.remedy.pk, "product": a_year().path, "result": "worked", **more}


def keyed(world, key="job-1"):
    return {**world.bearer, "Idempotency-Key": key}


def test_the_same_key_does_nothing_twice_and_gets_the_same_answer(send, world):
    first = send("outcomes", body_of(world), headers=keyed(world))
    again = send("outcomes", body_of(world), headers=keyed(world))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Outcome.objects.filter(member=world.member).count() == 1


def test_a_key_stands_for_one_request_of_one_token(send, world):
    send("outcomes", body_of(world), headers=keyed(world))
    other = send("outcomes", body_of(world, note="Another."), headers=keyed(world))
    assert other.status_code == 409
    stranger = make_token(member=make_user(reputation=50), name="x", scopes=[TokenScope.REPORT], now=NOW).text
    theirs = send(
        "outcomes", body_of(world), headers={"Authorization": f"Bearer {stranger}", "Idempotency-Key": "job-1"}
    )
    assert theirs.status_code == 201
    assert send("outcomes", body_of(world), headers=keyed(world, "two words")).status_code == 400


def test_what_was_refused_may_be_sent_again_with_its_key(send, world):
    refused = send("outcomes", body_of(world, product="cars/tesla"), headers=keyed(world))
    assert refused.status_code == 404
    assert refused["Content-Type"] == "application/problem+json"
    assert not IdempotentRequest.objects.exists()
    assert send("outcomes", body_of(world), headers=keyed(world)).status_code == 201


def test_answers_are_forgotten_after_a_day(send, world):
    send("outcomes", body_of(world), headers=keyed(world))
    made = IdempotentRequest.objects.get().created_at
    assert forget_old_answers(now=made + datetime.timedelta(hours=23)) == 0
    assert forget_old_answers(now=made + datetime.timedelta(hours=25)) == 1


def test_an_answer_that_did_not_change_is_not_sent_again(client, world):
    address = f"/api/v1/problems/{world.problem.pk}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    type(world.problem).objects.filter(pk=world.problem.pk).update(title="Another title")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_head_says_what_a_get_would(client, world):
    response = client.head(f"/api/v1/problems/{world.problem.pk}")
    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == client.get(f"/api/v1/problems/{world.problem.pk}")["ETag"]


def test_limits_are_said_and_kept_apart_for_addresses_and_tokens(client, world):
    set_rule(name="request_limits.api_anonymous_per_minute", value=2)
    answers = [client.get("/api/v1/codes") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["status"] == 429
    with_token = client.get("/api/v1/codes", headers=world.bearer)
    assert (with_token.status_code, with_token["RateLimit-Limit"]) == (
        200,
        str(load(RequestLimits).api_token_per_minute),
    )


@pytest.mark.parametrize("said", ["Bearer fxl_" + "a" * 43, "Bearer x", "Basic abc", "Bearer "])
def test_a_wrong_key_is_refused_even_where_none_is_needed(client, world, said):
    response = client.get("/api/v1/codes", headers={"Authorization": said})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_the_day_of_use_is_noted_once(client, world, django_assert_num_queries):
    client.get("/api/v1/codes", headers=world.bearer)
    assert ApiToken.objects.get().last_used_on is not None
    with django_assert_num_queries(2):
        client.get("/api/v1/codes", headers=world.bearer)


def test_an_ended_token_and_one_of_an_erased_member_work_no_longer(client, world):
    now = datetime.datetime.now(datetime.UTC)
    ended = make_token(
        member=world.member,
        name="short",
        scopes=[TokenScope.READ],
        now=now - datetime.timedelta(days=2),
        expires_at=now - datetime.timedelta(days=1),
    )
    assert client.get("/api/v1/codes", headers={"Authorization": f"Bearer {ended.text}"}).status_code == 401
    type(world.member).objects.filter(pk=world.member.pk).update(is_active=False)
    assert client.get("/api/v1/codes", headers=world.bearer).status_code == 401


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("get", "nowhere", 404), ("get", "", 404), ("delete", "codes", 405), ("get", "vin", 405)],
)
def test_what_is_not_served_is_a_problem_document_too(client, world, method, address, status):
    response = getattr(client, method)(f"/api/v1/{address}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    if status == 405:
        assert response["Allow"]


def test_other_bodies_than_json_are_refused(client, world):
    response = client.post("/api/v1/vin", {"vin": "SALLMAMH44A123456"})
    assert response.status_code == 415
    broken = client.post("/api/v1/vin", "{", content_type="application/json")
    assert broken.status_code == 400
    assert client.post("/api/v1/vin", "x" * 1_000_001, content_type="application/json").status_code == 413


def test_pages_of_other_sites_may_read_but_neither_write_nor_send_a_token(client, send, world):
    read = client.get("/api/v1/codes", headers={"Origin": "https://garage.example"})
    assert read["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in read
    assert "ETag" in read["Access-Control-Expose-Headers"]
    written = send("outcomes", body_of(world), headers={**world.bearer, "Origin": "https://garage.example"})
    preflight = client.options(
        "/api/v1/outcomes",
        headers={"Origin": "https://garage.example", "Access-Control-Request-Method": "POST"},
    )
    assert (written.status_code, preflight.status_code) == (201, 405)
    for response in (written, preflight):
        assert not [name for name in response.headers if name.startswith("Access-Control-")]


def test_a_limit_of_new_members_says_when_to_come_back(send, newcomer, world):
    token = make_token(member=newcomer, name="new", scopes=[TokenScope.POST], now=NOW).text
    asked = {"title": "Doors lock by themselves", "symptom": "Every morning in the rain.", "product": a_year().path}
    headers = {"Authorization": f"Bearer {token}"}
    assert send("problems", asked, headers=headers).status_code == 201
    refused = send("problems", {**asked, "title": "Windows open by themselves"}, headers=headers)
    assert (refused.status_code, 0 < int(refused["Retry-After"]) <= 120) == (429, True)
    too_many_links = {**asked, "symptom": "https://a.example https://b.example https://c.example"}
    set_rule(name="new_member_limits.seconds_between_problems", value=0)
    changed = send("problems", too_many_links, headers=headers)
    assert (changed.status_code, "Retry-After" in changed) == (409, False)
