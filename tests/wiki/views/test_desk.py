"""The service desk of a workshop."""

import datetime
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.builders.accounts import make_membership, make_organisation, make_professional, make_user
from tests.builders.products import a_make, a_year
from tests.builders.wiki import make_fix, make_problem, photo_file
from tests.html import read
from wiki.models import Outcome

pytestmark = pytest.mark.django_db

HEADING = "job_number,remedy,product,result,happened_on,money,note"


@pytest.fixture
def fix():
    return make_fix(problem=make_problem(product=a_year()), title="Replace the brake light switch")


@pytest.fixture
def workshop():
    return make_professional(product=a_make())


@pytest.fixture
def desk(client_of, workshop):
    return client_of(workshop)


def job(**fields):
    return {
        "job_number": "J-7", "result": "worked", "money": "64.20", "currency": "USD", "usage_unit": "mi",
        "product": a_year().full_name, **fields,
    }  # fmt: skip


def address(fix, **said):
    return f"/pro/outcome/?{urlencode({'remedy': fix.remedy.pk, 'product': a_year().path, **said})}"


def test_a_job_is_recorded_as_a_professionals_and_waits_for_thirty_days(desk, fix, workshop):
    page = read(desk.get(address(fix, usage=121000)))
    assert page.form("job-form").values["usage"] == "121000"
    response = desk.post(address(fix), job(cause_found="Switch sticks"))
    assert response["Location"] == "/pro/"
    outcome = Outcome.objects.get()
    assert (outcome.tier, outcome.job_number, outcome.done_by) == ("professional", "J-7", "workshop")
    row = read(desk.get("/pro/")).one("provisional").one("job")
    assert "J-7" in row.text and "30 days to go" in row.text


def test_it_came_back_is_one_tap(desk, fix):
    desk.post(address(fix), job())
    outcome = Outcome.objects.get()
    today = datetime.datetime.now(datetime.UTC).date()
    sent = read(desk.get("/pro/")).one("provisional").select(".//form")[0]
    values = {field.attribute("name"): field.attribute("value") for field in sent.select(".//input[@name]")}
    assert desk.post(sent.attribute("action"), values)["Location"] == "/pro/"
    outcome.refresh_from_db()
    assert outcome.came_back_on == today
    assert "came back" in read(desk.get("/pro/")).one("settled").text


def test_a_photo_goes_along_and_a_file_that_is_none_stops_everything(desk, fix):
    bad = SimpleUploadedFile("x.jpg", b"not a picture")
    page = read(desk.post(address(fix), job(photo=bad)))
    assert page.form("job-form").values["job_number"] == "J-7"
    assert not Outcome.objects.exists()
    desk.post(address(fix), job(photo=SimpleUploadedFile("a.jpg", photo_file().read())))
    assert Outcome.objects.get().photos.count() == 1


def test_a_job_number_is_needed_and_unique_in_the_workshop(desk, fix):
    assert read(desk.post(address(fix), job(job_number=""))).form("job-form").errors
    desk.post(address(fix), job())
    again = read(desk.post(address(fix), job()))
    assert again.form("job-form").values["job_number"] == "J-7"
    assert Outcome.objects.count() == 1


def test_a_days_jobs_are_taken_together(desk, fix):
    lines = [f"J-{n},{fix.get_absolute_url()},{a_year().path},worked,2026-11-0{n},60.{n}0,fine" for n in (1, 2)]
    response = desk.post("/pro/jobs/", {"text": "\n".join([HEADING, *lines])})
    assert response.status_code == 302
    recorded = Outcome.objects.order_by("job_number").values_list("job_number", "money")
    assert [(number, str(money)) for number, money in recorded] == [("J-1", "60.10"), ("J-2", "60.20")]
    assert {outcome.remedy_id for outcome in Outcome.objects.all()} == {fix.remedy.pk}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("J-2,999999,{p},worked,,,", "Row 3, column B “remedy”: “999999” is none"),
        ("J-2,{r},cars/tesla,worked,,,", "Row 3, column C “product”: “cars/tesla” is no product"),
        ("J-2,{r},{p},perhaps,,,", "Row 3, column D “result”: "),
        ("J-2,{r},{p},worked,2099-01-01,,", "Row 3, column E “happened_on”: “2099-01-01” is not a day that was"),
        ("J-2,{r},{p},worked,,NaN,", "Row 3, column F “money”: “NaN” is not an amount"),
        (",{r},{p},worked,,,", "Row 3, column A “job_number”: This is needed"),
        ("J-2,{r},{p},worked,,,note,more", "Row 3: There are more cells"),
        ("J-1,{r},{p},worked,,,", "Row 3, column A “job_number”: “J-1” stands in row 2 already"),
    ],
)
def test_a_line_that_does_not_fit_is_named_and_none_is_taken(desk, fix, line, says):
    names = {"r": fix.remedy.pk, "p": a_year().path}
    text = "\n".join([HEADING, "J-1,{r},{p},worked,,,".format(**names), line.format(**names)])
    page = read(desk.post("/pro/jobs/", {"text": text}))
    assert says in page.text
    assert page.form("jobs-form").values["text"].strip() == text
    assert not Outcome.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["", "a,b\n1,2", HEADING, "\x00", 'job_number,remedy,product,result\n"', HEADING + "\n" + "x,1,y,worked\n" * 201],
)
def test_what_is_no_list_of_jobs_is_refused_with_a_sentence(desk, fix, text):
    response = desk.post("/pro/jobs/", {"text": text})
    assert response.status_code == 200
    assert read(response).form("jobs-form") is not None


def test_only_verified_workshops_have_a_desk(client_of, fix):
    stranger = client_of(make_user())
    assert stranger.get("/pro/").status_code == 403
    assert stranger.post(address(fix), job()).status_code == 403
    unverified = make_user()
    make_membership(organisation=make_organisation(scope=[a_make()], is_verified=False), member=unverified)
    assert client_of(unverified).get("/pro/").status_code == 403
    elsewhere = make_professional(product=a_make(name="Saab"))
    client_of(elsewhere).post(address(fix), job())
    assert not Outcome.objects.exists()
