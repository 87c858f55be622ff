"""The monitor opens, follows and closes issues, and leaves alone what people did with them."""

import datetime
import itertools
from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command

from tests.builders.accounts import NOW, make_staff
from tests.builders.products import a_make, a_year, make_component
from tests.builders.wiki import make_unassigned
from wiki.actions.emerging_issues import close_issue, review_issue
from wiki.actions.series import rebuild_series
from wiki.models import EmergingIssue, IssueEvent, MonitorState, Sighting

pytestmark = pytest.mark.django_db
WEEK = datetime.timedelta(weeks=1)
FIRST = datetime.date(2020, 1, 6)


def reports(*, weeks=150, onset=120, end=400, seed=1, extra=4):
    """Weekly reports of three components at two years; one of them rises at one year. Its year and component."""
    rng = np.random.default_rng(seed)
    years, components = [a_year(year=2004), a_year(year=2005)], [make_component() for _ in range(3)]
    words = ["Steering locks while driving", "Brakes squeal in the rain", "Radio has no sound"]
    rows = []
    for week in range(weeks):
        for year in years:
            for place, component in enumerate(components):
                number = rng.poisson(0.5)
                if year is years[0] and place == 0 and onset <= week < end:
                    number += extra
                rows += [
                    Sighting(
                        product=year,
                        component=component,
                        text=words[place],
                        severity="crash" if place == 0 else "none",
                        seen_on=FIRST + week * WEEK,
                        received_on=FIRST + week * WEEK + datetime.timedelta(days=int(rng.integers(7))),
                        created_at=NOW,
                    )
                    for _ in range(number)
                ]
    Sighting.objects.bulk_create(rows)
    rebuild_series()
    return years[0], components[0]


def run(week, **options):
    out = StringIO()
    call_command("run_monitor", until=str(FIRST + (week + 1) * WEEK), verbosity=0, stdout=out, **options)
    return out.getvalue()


def test_history_is_replayed_and_the_issue_dates_from_the_weeks_of_its_reports():
    year, component = reports()
    run(149)
    issue = EmergingIssue.objects.get(level="alert")
    assert (issue.product, issue.component, issue.state) == (year, component, "new")
    assert FIRST + 120 * WEEK < issue.first_flagged_on < FIRST + 135 * WEEK
    assert issue.last_flagged_on == FIRST + 149 * WEEK
    assert issue.ratio_low > 2
    assert issue.crashes == issue.observed
    assert issue.is_public
    assert {term for term, _ in issue.terms} == {"steering", "locks", "driving"}
    weeks = list(issue.weeks.values_list("week", flat=True))
    assert weeks[-1] == issue.last_flagged_on
    assert all(later - earlier == WEEK for earlier, later in itertools.pairwise(weeks))
    assert next(iter(issue.events.values_list("kind", flat=True))) == "flagged"
    call_command("check_monitor", verbosity=0)


def test_a_second_run_changes_nothing_and_says_so():
    reports()
    run(149)
    before = list(EmergingIssue.objects.order_by("pk").values()), IssueEvent.objects.count()
    run(149)
    assert (list(EmergingIssue.objects.order_by("pk").values()), IssueEvent.objects.count()) == before


def test_week_by_week_ends_where_one_replay_does():
    reports()
    for week in range(118, 150, 4):
        run(week)
    run(149)
    step = EmergingIssue.objects.get(level="alert")
    figures = (step.first_flagged_on, step.last_flagged_on, step.observed, step.expected, step.score)
    EmergingIssue.objects.all().delete()
    run(149)
    whole = EmergingIssue.objects.get(level="alert")
    assert (whole.first_flagged_on, whole.last_flagged_on, whole.observed, whole.expected, whole.score) == figures


def test_an_issue_that_nobody_took_up_is_closed_after_half_a_quiet_year_and_one_under_review_is_not():
    reports(weeks=230, end=140)
    run(139)
    issue = EmergingIssue.objects.get(level="alert")
    run(229)
    issue.refresh_from_db()
    assert issue.state == "closed"
    assert issue.events.get(kind="closed").member is None
    assert issue.events.filter(kind="lowered").count() == 1


def test_what_the_team_took_up_stays_open_and_what_it_closed_is_not_opened_again():
    year, _ = reports(weeks=200)
    staff = make_staff(product=a_make())
    run(149)
    issue = EmergingIssue.objects.get(level="alert")
    review_issue(issue=issue, actor=staff, now=NOW)
    run(159)
    issue.refresh_from_db()
    assert (issue.state, issue.last_flagged_on) == ("under_review", FIRST + 159 * WEEK)
    closed_at = datetime.datetime.combine(FIRST + 160 * WEEK, datetime.time(12), tzinfo=datetime.UTC)
    close_issue(issue=issue, reason="It is known and harmless.", actor=staff, now=closed_at)
    run(199)
    assert not EmergingIssue.objects.filter(product=year, level="alert").exclude(state="closed").exists()


def test_fewer_people_than_asked_for_open_nothing():
    year, component = reports(extra=0, onset=149)
    Sighting.objects.filter(component=component, product=year).delete()
    make_unassigned(product=year, component=component, count=2, received_on=FIRST + 149 * WEEK)
    rebuild_series()
    run(149)
    assert not EmergingIssue.objects.filter(component=component, product=year).exists()


def test_an_issue_whose_reports_are_taken_back_is_closed():
    year, component = reports()
    run(149)
    Sighting.objects.filter(component=component, product=year, received_on__gte=FIRST + 120 * WEEK).delete()
    rebuild_series()
    run(149)
    assert not EmergingIssue.objects.filter(component=component).exclude(state="closed").exists()


def test_between_two_weeks_there_is_nothing_to_do():
    reports()
    call_command("run_monitor", verbosity=0)
    out = StringIO()
    call_command("run_monitor", verbosity=0, stdout=out)
    assert "Nothing new" in out.getvalue()
    assert MonitorState.objects.get().changed_from is None


def test_without_any_report_it_says_so():
    assert "No report is on record yet" in run(10)
