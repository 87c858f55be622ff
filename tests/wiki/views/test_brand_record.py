"""What a manufacturer takes along, and what it did here for everybody to see."""

import datetime
import io
import json

import openpyxl
import pytest

from tests.builders.accounts import NOW, make_membership, make_moderator, make_organisation, make_staff, make_user
from tests.builders.products import a_make, a_year, brake_light_switch, make_diagnostic
from tests.builders.wiki import make_comment, make_fix, make_outcome, make_problem, make_remedy
from tests.html import read
from wiki.actions.flags import flag_post
from wiki.actions.official_answers import answer_problem, reply_to_outcome
from wiki.models import Flag, Outcome, SeriesWeek, Sighting
from wiki.queries.brand_export import TABLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


@pytest.fixture
def staff(maker):
    return make_staff(product=a_make(), organisation=maker)


@pytest.fixture
def console(client_of, staff):
    return client_of(staff)


def reported(count, *, title="=cmd|' /C calc'!A0"):
    problem = make_problem(product=a_year(), component=brake_light_switch(), title=title)
    for _ in range(count):
        Sighting.objects.create(problem=problem, product=a_year(), seen_on="2026-01-01", created_at=NOW)
    return problem


def table(client, maker, name, form="json"):
    response = client.get(f"/brand/{maker.slug}/export/{name}.{form}")
    assert response.status_code == 200
    return response


def test_a_figure_for_too_few_people_is_left_empty(console, maker):
    few, many = reported(4), reported(5)
    rows = {row["problem"]: row for row in json.loads(table(console, maker, "problems").content)["rows"]}
    assert rows[few.pk]["sightings"] is None
    assert rows[many.pk]["sightings"] == 5


def test_months_add_up_weeks_and_products_stay_apart(console, maker):
    for week, reports in (("2026-01-05", 3), ("2026-01-12", 4), ("2026-02-02", 2)):
        SeriesWeek.objects.create(
            product=a_year(), component=brake_light_switch(), week=week, reports=reports, failed_outcomes=0
        )
    rows = json.loads(table(console, maker, "reports").content)["rows"]
    assert [(row["month"], row["reports"]) for row in rows] == [("2026-01", 7)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_a_live_formula(console, maker, form):
    reported(5)
    body = table(console, maker, "problems", form).content
    if form == "csv":
        assert b",'=cmd" in body
        return
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows() for cell in row]
    assert "'=cmd|' /C calc'!A0" in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_every_table_comes_in_every_form_and_nothing_else_does(console, maker):
    remedy = make_remedy(diagnostic=make_diagnostic(products=[a_year()]))
    for _ in range(10):
        make_outcome(remedy=remedy, product=a_year(), result=Outcome.Result.FAILED, procedure_followed=True)
    for name in TABLES:
        for form in ("csv", "json", "xlsx"):
            table(console, maker, name, form)
    assert json.loads(table(console, maker, "gap").content)["rows"][0]["people_failed"] == 10
    assert json.loads(table(console, maker, "remedies").content)["rows"][0]["tried"] == 10
    assert console.get(f"/brand/{maker.slug}/export/members.csv").status_code == 404
    assert console.get(f"/brand/{maker.slug}/export/gap.exe").status_code == 404


def test_aggregates_are_for_the_staff_and_moderators(client, client_of, maker):
    address = f"/brand/{maker.slug}/export/problems.csv"
    assert client.get(address).status_code == 404
    assert client_of(make_user()).get(address).status_code == 404
    assert client_of(make_moderator()).get(address).status_code == 200
    rival = make_organisation(kind="manufacturer", name="Saab", scope=[a_make(name="Saab")])
    assert client_of(make_staff(product=a_make(), organisation=rival)).get(address).status_code == 404


def test_everybody_sees_replies_and_the_time_they_took(client, maker, staff):
    problem = make_problem(product=a_year())
    outcome = make_outcome(remedy=make_fix(problem=problem).remedy)
    answer_problem(
        problem=problem, body="We look into it.", actor=staff, now=problem.created_at + datetime.timedelta(days=4)
    )
    reply_to_outcome(
        outcome=outcome, body="Thank you.", actor=staff, now=outcome.created_at + datetime.timedelta(days=2)
    )
    page = read(client.get(f"/brand/{maker.slug}/transparency/"))
    assert "3 days" in page.one("whole").text
    assert page.one("years").text.split()[-8:] == ["1", "1", "0", "3.0", "0", "0", "0", "0"]


def test_reports_of_posts_are_counted_with_what_became_of_them(client, maker, staff):
    for state in (Flag.State.UPHELD, Flag.State.DISMISSED):
        comment = make_comment(on=make_problem(product=a_year()))
        flag_post(post=comment, reason=Flag.Reason.ADVERTISING, note="", actor=staff, now=NOW)
        Flag.objects.filter(comment=comment).update(state=state)
    page = read(client.get(f"/brand/{maker.slug}/transparency/"))
    assert "1 upheld, 1 dismissed" in page.one("whole").text
    assert "Advertising or spam 2 1" in " ".join(page.one("reasons").text.split())


def test_what_somebody_reported_before_they_worked_there_is_not_the_makers(client, maker):
    later = make_user(reputation=50)
    comment = make_comment(on=make_problem(product=a_year()))
    flag_post(post=comment, reason=Flag.Reason.ADVERTISING, note="", actor=later, now=NOW)
    place = make_membership(organisation=maker, member=later)
    type(place).objects.filter(pk=place.pk).update(since=NOW + datetime.timedelta(days=1))
    assert not read(client.get(f"/brand/{maker.slug}/transparency/")).has("reasons")


def test_a_superseded_procedure_closes_its_gap(client, maker):
    old = make_diagnostic(products=[a_year()])
    remedy = make_remedy(diagnostic=old)
    for _ in range(10):
        make_outcome(remedy=remedy, product=a_year(), result=Outcome.Result.FAILED, procedure_followed=True)
    address = f"/brand/{maker.slug}/transparency/"
    assert "None yet" in read(client.get(address)).one("closed").text
    new = make_diagnostic(products=[a_year()], title="Replace the switch")
    type(old).objects.filter(pk=old.pk).update(superseded_by=new)
    assert "Replace the switch" in read(client.get(address)).one("closed").text
