"""The wiki in the administration: read there, changed on the site; only proof is judged there."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from tests.builders.wiki import make_comment, make_fix, make_outcome, make_problem, make_regular, make_vote
from wiki.models import Outcome, Problem

pytestmark = pytest.mark.django_db


def test_a_moderator_sets_tier_and_evidence_and_the_points_follow(moderator_client):
    author, reporter = make_regular(), make_regular()
    outcome = make_outcome(fix=make_fix(author=author), member=reporter, note="as it was")
    address = reverse("admin:wiki_outcome_change", args=[outcome.pk])

    moderator_client.post(address, {"tier": "professional", "has_evidence": "on", "note": "forged"})

    outcome.refresh_from_db()
    assert (outcome.tier, outcome.has_evidence, outcome.note) == ("professional", True, "as it was")
    assert User.objects.get(pk=author.pk).reputation == 125
    assert User.objects.get(pk=reporter.pk).reputation == 108


def test_a_member_does_not_enter(member_client):
    outcome = make_outcome()
    address = reverse("admin:wiki_outcome_change", args=[outcome.pk])

    assert member_client.post(address, {"tier": "professional"}).status_code in (302, 403)
    assert Outcome.objects.get().tier == "unverified"


def test_posts_are_read_and_not_edited_there(moderator_client):
    problem = make_problem(title="As written")
    address = reverse("admin:wiki_problem_change", args=[problem.pk])

    assert moderator_client.get(address).status_code == 200
    assert moderator_client.post(address, {"title": "forged"}).status_code == 403
    assert Problem.objects.get().title == "As written"


def test_the_digest_of_an_address_is_not_shown(moderator_client):
    outcome = make_outcome()
    Outcome.objects.filter(pk=outcome.pk).update(member=None, mail_digest="d1ge57")

    page = moderator_client.get(reverse("admin:wiki_outcome_change", args=[outcome.pk]))

    assert "d1ge57" not in page.content.decode()


def test_every_list_opens(moderator_client):
    make_vote(post=make_fix())
    make_comment()
    make_outcome()
    for model, shown in admin.site._registry.items():
        if model._meta.app_label == "wiki":
            address = reverse(f"admin:wiki_{model._meta.model_name}_changelist")
            assert moderator_client.get(address).status_code == 200, shown
