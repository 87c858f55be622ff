"""Reporting how a remedy went."""

import datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client

from tests.builders.accounts import NOW, make_owned_product, make_professional, make_staff
from tests.builders.forms import human_fields
from tests.builders.products import a_make, a_model, a_year, make_diagnostic
from tests.builders.wiki import make_fix, make_link, make_outcome, make_problem, make_regular
from tests.html import read
from wiki.models import Outcome, Remedy

pytestmark = pytest.mark.django_db


def said(**fields):
    """What a person says in the outcome form."""
    return {
        "result": "worked",
        "money": "64.50",
        "currency": "USD",
        "hours": "0.5",
        "done_by": "myself",
        "product": a_year().full_name,
        "happened_on": "2026-11-01",
        "usage_unit": "mi",
        **human_fields(),
        **fields,
    }


def link_in_the_mail():
    """The path of the address in the latest mail."""
    body = mail.outbox[-1].body
    address = next(word for word in body.split() if "/o/" in word)
    return address[address.index("/o/") :]


def test_a_member_reports_in_one_screen_and_returns_to_the_plan(client_of):
    fix = make_fix()
    member = make_regular()
    client = client_of(member)

    page = read(client.get(f"/remedy/{fix.remedy.pk}/outcome/"))
    assert page.form("outcome-form").values["product"] == fix.problem.product.full_name
    assert not page.one("details").has_attribute("open")

    response = client.post(f"/remedy/{fix.remedy.pk}/outcome/", said())
    outcome = Outcome.objects.get()
    assert response["Location"] == fix.problem.get_absolute_url() + "#plan"
    assert (outcome.member, outcome.money, outcome.happened_on) == (
        member,
        Decimal("64.50"),
        datetime.date(2026, 11, 1),
    )


def test_a_refused_report_keeps_everything_and_opens_the_details_that_are_wrong(client_of):
    fix = make_fix()
    page = read(
        client_of(make_regular()).post(
            f"/remedy/{fix.remedy.pk}/outcome/", said(result="", usage="minus one", note="Typed with care.")
        )
    )

    assert page.one("details").has_attribute("open")
    values = page.form("outcome-form").values
    assert (values["note"], values["usage"], values["money"]) == ("Typed with care.", "minus one", "64.50")
    assert "What happened?" in page.one("form-errors").text
    assert not Outcome.objects.exists()


def test_a_day_to_come_is_refused(client_of):
    fix = make_fix()
    page = read(client_of(make_regular()).post(f"/remedy/{fix.remedy.pk}/outcome/", said(happened_on="2127-01-01")))

    assert "still to come" in page.one("form-errors").text


def test_an_owner_reports_on_their_own_car(client_of):
    fix = make_fix()
    member = make_regular()
    car = make_owned_product(member=member, product=a_year(), is_default=True, possession_shown_at=NOW)

    client_of(member).post(f"/remedy/{fix.remedy.pk}/outcome/", said(owned_product=str(car.pk), product=""))

    assert (Outcome.objects.get().tier, Outcome.objects.get().owned_product) == ("owner", car)


def test_somebody_elses_car_is_no_choice(client_of):
    fix = make_fix()
    theirs = make_owned_product(member=make_regular(), product=a_year())
    member = make_regular()
    make_owned_product(member=member, product=a_year())

    client_of(member).post(f"/remedy/{fix.remedy.pk}/outcome/", said(owned_product=str(theirs.pk)))

    assert not Outcome.objects.exists()


def test_a_professional_is_asked_for_a_job_number(client_of):
    fix = make_fix()
    client = client_of(make_professional(product=a_make()))

    form = read(client.get(f"/remedy/{fix.remedy.pk}/outcome/")).form("outcome-form")
    assert form.select(".//input[@name='job_number']")
    client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(job_number="J-17"))

    outcome = Outcome.objects.get()
    assert (outcome.tier, outcome.job_number) == ("professional", "J-17")
    page = client_of(make_regular()).get(f"/fix/{fix.pk}-{fix.slug}/outcomes/").content.decode()
    assert "J-17" not in page


def test_manufacturers_staff_are_told_to_publish_an_official_diagnostic(client_of):
    fix = make_fix()
    page = read(client_of(make_staff(product=a_make())).post(f"/remedy/{fix.remedy.pk}/outcome/", said()))

    assert "official diagnostic" in page.one("form-errors").text
    assert not Outcome.objects.exists()


def test_a_second_report_leads_to_the_first_one(client_of):
    member = make_regular()
    outcome = make_outcome(member=member)

    response = client_of(member).post(f"/remedy/{outcome.remedy.pk}/outcome/", said())

    assert response["Location"] == f"/outcome/{outcome.pk}/edit/"


def test_an_official_diagnostic_gets_its_remedy_with_the_first_report_and_not_by_looking(client_of):
    diagnostic = make_diagnostic(products=[a_model()])
    client = client_of(make_regular())

    assert client.get(f"/official/{diagnostic.pk}/outcome/").status_code == 200
    assert not Remedy.objects.exists()
    response = client.post(f"/official/{diagnostic.pk}/outcome/", said(result="failed", procedure_followed="true"))
    assert Outcome.objects.get().remedy.diagnostic == diagnostic
    assert Outcome.objects.get().procedure_followed is True
    assert response["Location"] == diagnostic.get_absolute_url()


def test_a_report_on_a_linked_diagnostic_returns_to_the_problems_plan(client_of):
    problem = make_problem()
    link = make_link(problem=problem, diagnostic=make_diagnostic(products=[a_model()]))

    response = client_of(make_regular()).post(f"/remedy/{link.diagnostic.remedy.pk}/outcome/", said(result="failed"))

    assert response["Location"] == problem.get_absolute_url() + "#plan"


def test_editing_withdrawing_and_coming_back_are_the_reporters_alone(client_of):
    outcome = make_outcome(note="first")
    stranger, reporter = client_of(make_regular()), client_of(outcome.member)

    for page in ("edit", "withdraw", "came-back"):
        assert stranger.get(f"/outcome/{outcome.pk}/{page}/").status_code == 403
        assert stranger.post(f"/outcome/{outcome.pk}/{page}/", {}).status_code == 403
        assert reporter.get(f"/outcome/{outcome.pk}/{page}/").status_code == 200
    outcome.refresh_from_db()
    assert (outcome.version, outcome.state) == (1, "published")

    reporter.post(f"/outcome/{outcome.pk}/edit/", said(note="second", base_version="1", change=""))
    outcome.refresh_from_db()
    assert (outcome.note, outcome.version) == ("second", 2)
    reporter.post(f"/outcome/{outcome.pk}/came-back/", {"on": "2026-11-20"})
    outcome.refresh_from_db()
    assert outcome.came_back_on == datetime.date(2026, 11, 20)
    reporter.post(f"/outcome/{outcome.pk}/withdraw/")
    outcome.refresh_from_db()
    assert outcome.state == "deleted"


def test_a_person_without_an_account_publishes_with_one_button_from_the_mail(client):
    fix = make_fix()
    response = client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(mail="Ann@Example.org"))

    outcome = Outcome.objects.get()
    assert read(response).one("sent").text.startswith("We sent a link to Ann@Example.org.")
    assert (outcome.state, outcome.member, outcome.tier) == ("awaiting_mail", None, "unverified")
    assert [message.to for message in mail.outbox] == [["Ann@Example.org"]]
    address = link_in_the_mail()

    for _ in range(2):
        assert "Publish your report?" in read(Client().get(address)).text
    outcome.refresh_from_db()
    assert outcome.state == "awaiting_mail"

    Client().post(address, {"publish": "1"})
    outcome.refresh_from_db()
    assert outcome.state == "published"
    assert outcome.revisions.get().author is None


def test_the_address_is_stored_nowhere(client):
    client.post(f"/remedy/{make_fix().remedy.pk}/outcome/", said(mail="ann@example.org"))

    outcome = Outcome.objects.get()
    row = " ".join(str(getattr(outcome, field.attname)) for field in Outcome._meta.concrete_fields)
    assert "ann" not in row
    assert len(outcome.mail_digest) == 64


def test_a_published_report_can_be_taken_back_by_its_link_and_not_published_again(client):
    client.post(f"/remedy/{make_fix().remedy.pk}/outcome/", said(mail="ann@example.org"))
    address = link_in_the_mail()
    client.post(address, {"publish": "1"})

    client.post(address, {"publish": "1"})
    assert Outcome.objects.get().state == "published"
    client.post(address, {"withdraw": "1"})
    assert Outcome.objects.get().state == "deleted"
    assert client.get(address).status_code == 410
    assert client.post(address, {"publish": "1"}).status_code == 410


def test_a_second_report_from_one_address_replaces_the_waiting_one_and_its_link(client):
    fix = make_fix()
    client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(mail="ann@example.org"))
    first = link_in_the_mail()
    client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(mail="ANN@example.org", result="failed"))

    assert client.post(first, {"publish": "1"}).status_code == 410
    client.post(link_in_the_mail(), {"publish": "1"})
    assert [outcome.result for outcome in Outcome.objects.counted()] == ["failed"]


def test_a_report_that_stands_is_not_overwritten_from_outside(client):
    fix = make_fix()
    client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(mail="ann@example.org"))
    client.post(link_in_the_mail(), {"publish": "1"})

    response = client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(mail="ann@example.org", result="failed"))

    assert read(response).has("sent")
    assert Outcome.objects.get().result == "worked"
    assert "already" in mail.outbox[-1].body


@pytest.mark.parametrize("token", ["nonsense", "eyJhIjoxfQ:1abc:forged", "a:b:c"])
def test_a_forged_link_is_refused(client, token):
    assert client.get(f"/o/{token}/").status_code == 410


def test_a_machine_that_reports_without_an_account_is_stopped(client):
    fix = make_fix()
    page = read(client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(mail="a@example.org", website="x")))
    assert "Are you a person?" in page.one("form-errors").text
    for number in range(5):
        client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(mail=f"a{number}@example.org"))
    page = read(client.post(f"/remedy/{fix.remedy.pk}/outcome/", said(mail="one-more@example.org")))
    assert "without an account" in page.one("form-errors").text
    assert len(mail.outbox) == 5


def test_a_report_without_an_account_holds_few_links(client):
    spam = "http://a.example http://b.example http://c.example"
    page = read(client.post(f"/remedy/{make_fix().remedy.pk}/outcome/", said(mail="a@example.org", note=spam)))

    assert "links" in page.one("form-errors").text
    assert not Outcome.objects.exists()


def test_a_mail_that_does_not_leave_is_said_and_the_words_stay(client, monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("wiki.actions.mailed_outcomes.send_mail", down)
    page = read(client.post(f"/remedy/{make_fix().remedy.pk}/outcome/", said(mail="a@example.org", note="typed")))

    assert "could not send" in page.one("form-errors").text
    assert page.form("outcome-form").values["note"] == "typed"


def test_the_outcomes_of_a_fix_are_listed_with_a_constant_number_of_queries(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    fix = make_fix()
    make_outcome(fix=fix, note="one")
    address = f"/fix/{fix.pk}-{fix.slug}/outcomes/"
    with django_assert_max_num_queries(8) as few:
        page = read(client.get(address))
    assert "one" in page.one("outcome").text
    for _ in range(8):
        make_outcome(fix=fix)
    with django_assert_num_queries(len(few)):
        assert len(read(client.get(address)).all("outcome")) == 9


def test_a_fix_without_outcomes_says_what_to_do(client):
    fix = make_fix()
    page = read(client.get(f"/fix/{fix.pk}-{fix.slug}/outcomes/"))

    assert page.one("empty").links["I tried this"] == f"/remedy/{fix.remedy.pk}/outcome/"
