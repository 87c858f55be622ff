"""The dealer's lookup by the API: what the page says, for programs."""

from decimal import Decimal

import pytest

from tests.builders.accounts import make_professional, set_rule
from tests.builders.products import a_year
from tests.builders.wiki import make_outcome
from tests.html import read
from wiki.models import FixPart

pytestmark = pytest.mark.django_db

VIN = "SALLMAMH44A123456"


def test_a_lookup_says_what_the_page_says(client, send, world):
    workshop = make_professional(product=a_year())
    for number in ("J-1", "J-2"):
        make_outcome(remedy=world.fix.remedy, member=workshop, job_number=number)
    FixPart.objects.create(fix=world.fix, name="Switch", number="XKB500110", replaced_by="XKB2", price=Decimal("58.50"))
    answer = send("lookup", {"vin": VIN, "codes": ["p0571-00"], "usage": 121_000}).json()
    page = read(client.post("/pro/lookup/", {"vin": VIN, "text": "P0571", "usage": "121000", "usage_unit": "mi"}))
    finding = answer["finding"]
    shown = page.one("before-you-replace").text
    assert finding["before_you_replace"]["first"] in shown
    assert f"${finding['before_you_replace']['saving']:,}" in shown
    first = finding["remedies"][0]
    assert (first["workshops"]["worked"], first["owners"]["worked"]) == (2, 1)
    assert "2 of 2 workshops" in shown
    assert first["parts"][1:] == [
        {
            "name": "Switch",
            "number": "XKB500110",
            "replaced_by": "XKB2",
            "price": "58.50",
            "quantity": 1,
            "currency": "USD",
            "used": 0,
        }
    ]
    assert [step["remedy"] for step in finding["plan"]["steps"]] == [each["remedy"] for each in finding["remedies"]]
    assert {(one["result"], one["workshop"] is None) for one in finding["proof"]} == {("worked", False)}
    assert answer["meanings"][0]["description"] == "Brake switch A circuit"
    assert answer["official"]
    assert VIN not in str(answer)


def test_a_scanners_report_is_read_as_it_is_and_unknown_codes_find_nothing(send, world):
    report = "Module: ABS\r\nDTC 1: P0571-00 [2A] Brake switch A circuit\r\n"
    assert send("lookup", {"text": report, "product": a_year().path}).json()["finding"]["problem"] == world.problem.pk
    unknown = send("lookup", {"codes": ["U0999"]}).json()
    assert (unknown["codes"], unknown["finding"]) == (["U0999"], None)


def test_a_lookup_of_nothing_or_of_no_vin_is_refused_with_a_sentence(send, world):
    nothing = send("lookup", {})
    assert (nothing.status_code, "any of them is enough" in nothing.json()["detail"]) == (409, True)
    short = send("lookup", {"vin": "SALLMAMH44A1234"})
    assert (short.status_code, "17" in short.json()["detail"]) == (409, True)
    assert send("lookup", {"codes": ["P0571"], "product": "cars/tesla"}).status_code == 404


def test_lookups_have_a_limit_of_their_own_that_says_when_to_come_back(send, world):
    set_rule(name="request_limits.heavy_per_minute", value=1)
    assert send("lookup", {"codes": ["U0999"]}).status_code == 200
    refused = send("lookup", {"codes": ["U0999"]})
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert send("lookup", {"codes": ["U0999"]}, headers=world.bearer).status_code == 200
