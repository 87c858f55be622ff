"""Trends of the whole site, and what emerges on the front page."""

import csv
import datetime
import io

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.builders.accounts import NOW, make_moderator, make_user
from tests.builders.products import a_model
from tests.builders.wiki import make_fix, make_issue, make_outcome, make_problem, make_regular, make_unassigned
from tests.html import read
from wiki.actions.flags import flag_post
from wiki.actions.sightings import report_sighting
from wiki.queries.trends import COUNTED, QUEUES, WEEKS, WEEKS_AT_MOST, site_weeks, trends
from wiki.rules.backlog import Backlog, backlog

pytestmark = pytest.mark.django_db


def days(count: float) -> datetime.timedelta:
    return datetime.timedelta(days=count)


def client_of(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def seen(problem, *ages) -> None:
    """Owners who reported the problem so many days ago."""
    for age in ages:
        report_sighting(problem=problem, actor=make_regular(), now=NOW - days(age))


# ------------------------------------------------------------ weeks


def test_what_came_is_counted_in_its_week_and_demonstration_data_is_not():
    problem = make_problem(now=NOW - days(14))
    make_fix(problem=problem, now=NOW - days(7))
    make_problem(now=NOW, is_demonstration=True)
    make_outcome(fix=problem.fixes.get(), now=NOW)
    seen(problem, 0, 1, 8)
    make_unassigned(count=2, created_at=NOW - days(7))
    cache.clear()
    by_name = [dict(zip(COUNTED, week.counts, strict=True)) for week in site_weeks(NOW, weeks=4)]
    assert [week["sightings"] for week in by_name] == [0, 0, 1, 2]
    assert [week["imported sightings"] for week in by_name] == [0, 0, 2, 0]
    assert [week["problems"] for week in by_name] == [0, 1, 0, 0]
    assert [week["fixes"] for week in by_name] == [0, 0, 1, 0]
    assert [week["outcomes"] for week in by_name] == [0, 0, 0, 1]


def test_a_queue_is_counted_at_the_end_of_each_week():
    flag_post(post=make_problem(), reason="harmful", actor=make_regular(), now=NOW - days(8))
    weeks = site_weeks(NOW, weeks=3)
    assert [week.queues[QUEUES.index("flags")].waiting for week in weeks] == [0, 1, 1]
    assert weeks[-1].queues[QUEUES.index("flags")].oldest_days == 8


def test_a_case_waits_from_its_day_to_its_decision():
    cases = [(NOW - days(10), NOW - days(3)), (NOW - days(5), None)]
    moments = [NOW - days(11), NOW - days(4), NOW]
    assert backlog(cases, moments) == (Backlog(0, 0), Backlog(2, 6), Backlog(1, 5))


def test_the_counts_take_as_many_queries_for_many(django_assert_num_queries):
    make_problem()
    cache.clear()
    with django_assert_num_queries(10):
        site_weeks(NOW, weeks=WEEKS)
    seen(make_problem(), *range(9))
    cache.clear()
    with django_assert_num_queries(10):
        site_weeks(NOW, weeks=WEEKS)
    with django_assert_num_queries(0):  # kept for some minutes
        site_weeks(NOW, weeks=WEEKS)


def test_operators_see_charts_weeks_and_what_waits_and_others_are_refused():
    flag_post(post=make_problem(), reason="harmful", actor=make_regular(), now=timezone.now() - days(2))
    operator = client_of(make_moderator())
    page = read(operator.get("/operators/trends/"))
    assert len(page.all("week")) == WEEKS
    assert len(page.all("chart")) == len(COUNTED) + len(QUEUES)
    rows = {row.select(".//th")[0].text: row.select(".//td") for row in page.all("waiting-row")}
    assert [cell.text for cell in rows["Flags"]] == ["1", "2 days ago"]
    assert rows["Changes for the search index"]
    answer = operator.get(page.one("csv").attribute("href"))
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert lines[0][:3] == ["week", "sightings", "imported sightings"]
    assert len(lines) == WEEKS_AT_MOST + 1
    for member in (make_user(), make_moderator(product=a_model())):
        assert client_of(member).get("/operators/trends/").status_code == 403
        assert client_of(member).get("/operators/trends/weeks.csv").status_code == 403
    assert trends(NOW).charts


# ------------------------------------------------------------ the front page


def test_the_front_page_shows_listed_issues_alone(client):
    assert not read(client.get("/")).has("emerges")
    listed = make_issue(is_public=True)
    make_issue(product=a_model(), is_public=False)
    (shown,) = read(client.get("/")).all("emerging")
    assert shown.text.startswith(f"{listed.component} on the {listed.product.full_name}")
    assert "9 reports in 13 weeks, 3.0 expected" in shown.text


def test_rising_problems_are_those_with_more_owners_than_a_month_before(client, monkeypatch):
    monkeypatch.setattr("wiki.views.home.timezone.now", lambda: NOW)
    rising, steady, rare = (make_problem(title=title, now=NOW - days(90)) for title in ("Rising", "Steady", "Rare"))
    seen(rising, 1, 2, 3, 40)
    seen(steady, 1, 2, 3, 40, 41, 42)
    seen(rare, 1, 2)
    cache.clear()
    (shown,) = read(client.get("/")).all("rising")
    assert shown.text.startswith("Rising")
    assert "3 owners in the last four weeks, 1 in the four before" in shown.text
    type(rising).objects.filter(pk=rising.pk).update(state="hidden")
    assert not read(client.get("/")).has("rising")
