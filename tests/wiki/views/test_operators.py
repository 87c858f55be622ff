"""What operators see of imports, and take back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from products.models import ImportRefusal, ImportRun, Product
from tests.builders.accounts import make_moderator
from tests.builders.products import a_category, a_make, make_import_run
from tests.html import read

pytestmark = pytest.mark.django_db
IMPORTS = "/operators/imports/"


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
    run = make_import_run(state="running", checkpoint=4000, rows_refused=70, finished_at=None)
    ImportRefusal.objects.bulk_create(
        ImportRefusal(run=run, line=line, reason="No such year", excerpt="9999") for line in range(1, 61)
    )

    page = read(moderator_client.get(reverse("wiki:operators-import", args=[run.pk])))
    assert len(page.all("refusal")) == 50
    assert "4,000 rows so far" in page.one("state").text
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
