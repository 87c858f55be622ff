"""Outcomes of people without an account."""

import datetime

import pytest
from django.core import mail

from accounts.errors import LimitReached
from tests.builders.accounts import NOW
from tests.builders.products import a_year
from tests.builders.wiki import make_fix, make_regular, outcome_draft
from wiki.actions.fixes import delete_fix
from wiki.actions.mailed_outcomes import (
    digest_of,
    publish_mailed_outcome,
    record_outcome_by_mail,
    token_of,
    withdraw_mailed_outcome,
)
from wiki.errors import LinkUnusable, NotAllowed, PostGone
from wiki.models import Outcome

pytestmark = pytest.mark.django_db


def report(fix=None, *, address="ann@example.org", now=NOW, **fields):
    """A report by somebody without an account."""
    return record_outcome_by_mail(
        remedy=(fix or make_fix()).remedy, mail=address, draft=outcome_draft(product=a_year(), **fields), now=now
    )


def test_a_report_waits_for_its_link_and_then_counts_unverified_without_points():
    author = make_regular()
    outcome = report(make_fix(author=author))
    assert not Outcome.objects.counted().exists()

    published = publish_mailed_outcome(token=token_of(outcome), now=NOW)

    assert (published.state, published.tier, published.member) == ("published", "unverified", None)
    assert list(author.reputation_events.exclude(cause="opening")) == []
    assert "Fixlore" in mail.outbox[0].subject


def test_a_link_holds_seven_days_and_publishes_once():
    outcome = report()
    token = token_of(outcome)

    with pytest.raises(LinkUnusable):
        publish_mailed_outcome(token=token, now=NOW + datetime.timedelta(days=8))
    publish_mailed_outcome(token=token, now=NOW + datetime.timedelta(days=6))
    with pytest.raises(LinkUnusable):
        publish_mailed_outcome(token=token, now=NOW + datetime.timedelta(days=6))


def test_the_link_of_a_members_outcome_cannot_be_made():
    from tests.builders.wiki import make_outcome

    outcome = make_outcome()

    with pytest.raises(LinkUnusable):
        withdraw_mailed_outcome(token=token_of(outcome), now=NOW)
    assert Outcome.objects.get().state == "published"


def test_a_fix_deleted_meanwhile_takes_no_report():
    author = make_regular()
    fix = make_fix(author=author)
    outcome = report(fix)
    delete_fix(fix=fix, actor=author, now=NOW)

    with pytest.raises(PostGone):
        publish_mailed_outcome(token=token_of(outcome), now=NOW)
    with pytest.raises(PostGone):
        report(fix)


def test_one_address_is_mailed_five_times_a_day():
    for _ in range(5):
        report()

    with pytest.raises(LimitReached):
        report(address="ANN@example.org ")
    assert report(address="bob@example.org")
    assert report(now=NOW + datetime.timedelta(days=2))
    assert len(mail.outbox) == 7


def test_a_report_names_a_product():
    with pytest.raises(NotAllowed):
        record_outcome_by_mail(remedy=make_fix().remedy, mail="a@example.org", draft=outcome_draft(), now=NOW)


def test_the_digest_needs_the_sites_key(settings):
    before = digest_of("ann@example.org")
    settings.FIELD_KEY = "another key, as long as it must be"

    assert digest_of(" Ann@Example.org") != before
    assert len(before) == 64
