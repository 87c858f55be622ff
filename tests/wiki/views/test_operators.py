"""What operators see of imports, and take back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from products.models import ImportRefusal, ImportRun, Product
from tests.builders.accounts import make_moderator
from tests.builders.products import a_category, a_make, a_model, make_import_run, make_unmatched_name
from tests.html import read

pytestmark = pytest.mark.django_db
IMPORTS = "/operators/imports/"
NAMES = "/operators/names/"


def test_moderators_see_runs_with_their_counts_and_members_do_not(member_client, moderator_client):
    run = make_import_run(rows_created=1234, rows_refused=2, checkpoint=2000)

    row = read(moderator_client.get(IMPORTS)).one("run")
    assert "1,234" in row.text
    assert row.one("state").text == "finished"
    assert member_client.get(IMPORTS).status_code == 403
    assert member_client.post(reverse("wiki:operators-import-undo", args=[run.pk])).status_code == 403
    assert ImportRun.objects.get().state == "finished"


def test_a_moderator_of_one_make_does_not_undo_what_concerns_all(client_of):
    run = make_import_run()

    assert client_of(make_moderator(product=a_make())).get(IMPORTS).status_code == 403
    assert (
        client_of(make_moderator(product=a_make()))
        .post(reverse("wiki:operators-import-undo", args=[run.pk]))
        .status_code
        == 403
    )


def test_refused_rows_are_paged_and_a_running_one_says_how_far_it_is(moderator_client):
    run = make_import_run(state="running", checkpoint=4000, rows_total=16_000, rows_refused=70, finished_at=None)
    ImportRefusal.objects.bulk_create(
        ImportRefusal(run=run, line=line, reason="No such year", excerpt="9999") for line in range(1, 61)
    )

    page = read(moderator_client.get(reverse("wiki:operators-import", args=[run.pk])))
    assert len(page.all("refusal")) == 50
    assert "25 %, 4,000 of 16,000 rows" in page.one("progress").text
    assert "25 %" in read(moderator_client.get(IMPORTS)).one("progress").text
    second = moderator_client.get(reverse("wiki:operators-import", args=[run.pk]), {"page": "2"})
    assert len(read(second).all("refusal")) == 10
    assert "10 more were refused and not kept" in second.content.decode()


def test_a_run_is_undone_after_a_question(moderator_client):
    run = make_import_run()
    Product.objects.filter(pk=a_category(name="Boats").pk).update(created_by_run=run)
    address = reverse("wiki:operators-import-undo", args=[run.pk])

    assert moderator_client.get(address).status_code == 200
    assert ImportRun.objects.get().state == "finished"
    moderator_client.post(address)
    assert ImportRun.objects.get().state == "undone"
    assert not Product.objects.filter(name="Boats").exists()


def test_a_run_that_others_built_on_stays_and_says_why(moderator_client):
    run = make_import_run(started_at=timezone.now())
    Product.objects.filter(pk=a_make().parent_id).update(created_by_run=run)

    answer = moderator_client.post(reverse("wiki:operators-import-undo", args=[run.pk]), follow=True)

    assert f"Run {run.pk} stays as it is" in answer.content.decode()
    assert ImportRun.objects.get().state == "finished"


def test_the_frame_links_it_for_moderators_alone(member_client, moderator_client):
    assert IMPORTS in moderator_client.get("/help/").content.decode()
    assert IMPORTS not in member_client.get("/help/").content.decode()


def test_names_that_wait_are_decided_together_and_the_page_says_what_to_run_again(member_client, moderator_client):
    names = [
        make_unmatched_name(name=year, kind="year", under=a_model(), rows=7, source_name=f"{year}.txt")
        for year in ("1999", "2000")
    ]
    assert member_client.get(NAMES).status_code == 403
    assert "2 names" in read(moderator_client.get(IMPORTS)).one("names-waiting").text
    page = read(moderator_client.get(NAMES, {"kind": "year", "above": "Land Rover Range Rover", "all": "1"}))
    assert len(page.all("name")) == 2

    answer = moderator_client.post(NAMES, {"name": [each.pk for each in names], "act": "create"}, follow=True)
    said = read(answer).one("messages").text
    assert "2 names are decided: products now" in said
    assert "14 waiting rows" in said
    assert "manage.py import_nhtsa_flat 1999.txt" in said
    assert Product.objects.filter(kind="year").count() == 2
    assert len(read(answer).all("decided")) == 2
    assert not read(answer).all("name")


def test_another_name_is_picked_without_a_script_and_a_wrong_one_keeps_what_was_ticked(moderator_client):
    model = a_model()
    name = make_unmatched_name(name="Rangerover Vogue")
    typed = {"name": name.pk, "act": "alias"}

    wrong = moderator_client.post(NAMES, typed | {"product": "Ssangyong"})
    assert "We know nothing called" in wrong.content.decode()
    assert f'value="{name.pk}" checked' in wrong.content.decode()
    assert (
        "it can be another name of a model"
        in moderator_client.post(NAMES, typed | {"product": str(a_make())}).content.decode()
    )
    moderator_client.post(NAMES, typed | {"product": str(model)})
    assert model.aliases.get().name == "Rangerover Vogue"

    moderator_client.post(reverse("wiki:operators-name-undo", args=[name.pk]))
    assert not model.aliases.exists()
    assert len(read(moderator_client.get(NAMES)).all("name")) == 1


def test_nothing_is_decided_without_a_tick_or_a_decision(moderator_client):
    name = make_unmatched_name()
    assert "Please tick" in moderator_client.post(NAMES, {"act": "ignore"}).content.decode()
    assert "Please choose" in moderator_client.post(NAMES, {"name": name.pk}).content.decode()
    name.refresh_from_db()
    assert name.decision == ""


def test_the_page_of_names_takes_as_many_queries_for_many(moderator_client, django_assert_max_num_queries):
    for number in range(12):
        make_unmatched_name(source_name=f"{number}.txt")
    with django_assert_max_num_queries(12):
        moderator_client.get(NAMES)
