"""The pages of trials."""

import datetime
import re

import pytest
from django.core import mail
from django.utils import timezone

from tests.builders.accounts import make_owned_product
from tests.builders.forms import human_fields
from tests.builders.products import a_year
from tests.builders.wiki import make_fix, make_outcome, make_problem
from tests.html import read
from wiki.actions.trials import ask_how_it_went
from wiki.models import Outcome, Trial

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def fix():
    return make_fix(problem=make_problem(product=a_year()))


def test_a_member_tries_a_step_of_the_plan_and_sees_it_on_their_page(member, member_client, fix):
    owned = make_owned_product(member=member, product=a_year(), is_default=True)
    address = f"/remedy/{fix.remedy.pk}/trying/"
    assert address in member_client.get(fix.problem.get_absolute_url()).content.decode()
    form = read(member_client.get(address)).form("trial-form")
    page = read(member_client.post(address, form.values, follow=True))
    assert fix.title in page.one("trial").text
    assert page.one("next-mail")
    assert Trial.objects.get().owned_product == owned

    withdrawn = make_outcome(fix=fix, member=member, owned_product=owned)
    assert "You said" in read(member_client.get("/me/trying/")).one("trial").text
    Outcome.objects.filter(pk=withdrawn.pk).update(state="deleted")
    assert "You said" not in read(member_client.get("/me/trying/")).one("trial").text
    stop = f"/trial/{Trial.objects.get().pk}/stop/"
    assert "given up" in read(member_client.post(stop, follow=True)).one("trial").text


def test_a_stranger_gets_a_link_and_answers_the_question_with_one_button(client, fix):
    address = f"/remedy/{fix.remedy.pk}/trying/"
    wrong = read(client.post(address, human_fields() | {"product": str(a_year().pk), "mail": "nonsense"}))
    assert "mail" in wrong.one("form-errors").text.lower()
    said = human_fields() | {"product": str(a_year().pk), "mail": "sue@example.org"}
    assert "sue@example.org" in read(client.post(address, said)).one("sent").text
    link = re.search(r"/o/[^/\s]+/", mail.outbox[0].body).group(0)
    client.get(link)
    assert Trial.objects.get().state == "awaiting_mail"
    client.post(link, {"answer": "ask"})
    assert Trial.objects.get().state == "running"

    Trial.objects.update(started_at=timezone.now() - 15 * DAY)
    ask_how_it_went(trial=Trial.objects.get(), now=timezone.now())
    answer = re.search(r"/o/[^/\s]+/\?answer=partly", mail.outbox[1].body).group(0)
    page = read(client.get(answer))
    assert page.one("answer-form").element.xpath(".//button")[0].get("value") == "partly"
    assert not Outcome.objects.exists()
    client.post(answer, {"answer": "partly"})
    assert Outcome.objects.get().result == "partly"
    assert Outcome.objects.get().prompted


def test_an_answer_that_does_not_fit_is_refused_and_a_broken_link_is_gone(client, fix):
    assert client.get("/o/nonsense/").status_code == 410
    said = human_fields() | {"product": str(a_year().pk), "mail": "sue@example.org"}
    client.post(f"/remedy/{fix.remedy.pk}/trying/", said)
    link = re.search(r"/o/[^/\s]+/", mail.outbox[0].body).group(0)
    client.post(link, {"answer": "ask"})
    assert client.post(link, {"answer": "lasts"}).status_code == 403
    assert not Outcome.objects.exists()


def test_the_way_out_is_one_button_too(client, fix):
    said = human_fields() | {"product": str(a_year().pk), "mail": "sue@example.org"}
    client.post(f"/remedy/{fix.remedy.pk}/trying/", said)
    link = re.search(r"/o/[^/\s]+/", mail.outbox[0].body).group(0)
    page = read(client.get(link + "?answer=stop"))
    assert page.one("answer-form").element.xpath(".//button")[0].get("value") == "stop"
    client.post(link, {"answer": "stop"})
    assert Trial.objects.get().state == "ended"
