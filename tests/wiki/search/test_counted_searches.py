"""Searches are counted so that operators see what people miss, and nobody can be found in the counts."""

import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.builders.accounts import NOW, make_moderator, make_user
from tests.html import read
from wiki.actions.searches import count_search
from wiki.models import SearchCount
from wiki.search.counted import countable

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HERE = "http://testserver"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Brake lights stay on", "brake light stay on"),
        ("range rover 2004 p 0571 gearbox", "rang rover 2004 P0571 gearbox"),
        ("dishwasher E24", "dishwash E24"),
        ("won't start", "not start"),
    ],
)
def test_stems_codes_and_years_are_counted(typed: str, kept: str) -> None:
    assert countable(typed) == kept


@pytest.mark.parametrize(
    ("typed", "private"),
    [
        ("brake jane.doe@example.org squeal", ["jane", "doe", "example"]),
        ("WBA3A5C50CF256789 brake squeal", ["wba", "256789"]),
        ("brake squeal SALLMAMH44A123456", ["sall", "123456"]),
        ("call 555 867 5309 brake squeal", ["555", "867", "5309"]),
        ("brake squeal +49 170 1234567", ["49", "170", "1234567"]),
        ("AB12 CDE brake squeal", ["ab12", "cde"]),
        ("M-XY 1234 brake squeal", ["xy", "1234"]),
        ("brake squeal order 9981234", ["9981234"]),
        ("https://example.org/u/jane brake squeal", ["jane", "example", "http"]),
        ("brake squeal 2004 2005", ["2004", "2005"]),
    ],
)
def test_nothing_personal_is_stored_even_when_it_is_common(typed: str, private: list[str]) -> None:
    for days in range(3):
        count_search(text=typed, found=True, now=NOW + days * DAY)
    stored = " ".join(f"{row.text} " for row in SearchCount.objects.all()).lower()
    assert "brake squeal" in stored
    assert [one for one in private if one in stored] == []
    fields = {field.name for field in SearchCount._meta.get_fields()}
    assert fields == {"id", "day", "digest", "text", "found", "times"}


def test_words_are_kept_from_the_third_day_on_and_never_those_of_one_day() -> None:
    for minute in range(20):
        count_search(text="Jane Miller's brakes", found=False, now=NOW + datetime.timedelta(minutes=minute))
    count_search(text="Jane Miller's brakes", found=False, now=NOW + DAY)
    assert set(SearchCount.objects.values_list("text", flat=True)) == {""}
    assert sum(SearchCount.objects.values_list("times", flat=True)) == 21

    count_search(text="jane millers brake", found=True, now=NOW + 2 * DAY)
    assert set(SearchCount.objects.values_list("text", flat=True)) == {"jane miller brake"}


def beacon(client: Client, origin: str | None = HERE, **said: str) -> int:
    headers: dict[str, Any] = {} if origin is None else {"Origin": origin}
    return client.post("/search/made/", said, headers=headers).status_code


def test_a_page_of_this_site_counts_without_a_token_and_another_does_not() -> None:
    client = Client(enforce_csrf_checks=True)
    assert beacon(client, q="brakes squeal", found="yes") == 204
    assert beacon(client, "https://evil.example", q="brakes squeal", found="yes") == 403
    assert beacon(client, None, q="brakes squeal", found="yes") == 403
    assert beacon(client, q="", found="no") == 204
    assert client.get("/search/made/").status_code == 405
    row = SearchCount.objects.get()
    assert (row.found, row.times) == (True, 1)
    assert client.cookies == {}


def test_one_address_can_not_make_up_the_counts(client: Client) -> None:
    told = [beacon(client, q="brakes squeal", found="yes") for _ in range(31)]
    assert told[:30] == [204] * 30
    assert told[30] == 429


def test_looking_at_results_counts_nothing_by_itself(client: Client) -> None:
    page = client.get("/search/?q=brakes").content.decode()
    assert 'data-found="no"' in page
    assert not SearchCount.objects.exists()


def test_operators_see_what_several_days_have_and_make_synonyms_or_problems_of_it(client: Client) -> None:
    from django.utils import timezone

    now = timezone.now()
    for days in range(3):
        count_search(text="heater hums", found=False, now=now - days * DAY)
        count_search(text="brakes squeal", found=True, now=now - days * DAY)
    count_search(text="once only", found=False, now=now)
    client.force_login(make_moderator())

    page = read(client.get("/operators/searches/"))

    assert [row.text.split(" 3")[0] for row in page.one("in-vain").all("search")] == ["heater hum"]
    assert {row.text.split(" 3")[0] for row in page.one("made").all("search")} == {"heater hum", "brake squeal"}
    assert "once onli" not in page.text
    links = [link.get("href") for link in page.one("in-vain").element.iter("a")]
    assert "/ask/?q=heater%20hum" in links
    assert client.get(links[0]).status_code == 200
    sheet = client.get("/operators/searches/?as=csv&days=7").content.decode().splitlines()
    assert f"in vain,heater hum,3,3,{now.date()}" in sheet
    client.force_login(make_user())
    assert client.get("/operators/searches/").status_code == 403


def test_counts_are_forgotten_after_ninety_days() -> None:
    from django.utils import timezone

    count_search(text="brakes squeal", found=True, now=timezone.now() - 91 * DAY)
    count_search(text="brakes squeal", found=True, now=timezone.now() - 80 * DAY)
    call_command("forget_searches", verbosity=0)
    assert SearchCount.objects.count() == 1
