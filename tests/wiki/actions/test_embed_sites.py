"""Managers name the sites on which their organisation's frames are shown."""

import pytest

from accounts.errors import LimitReached, NotPermitted
from tests.builders.accounts import NOW, make_membership, make_moderator, make_organisation, make_user, set_rule
from tests.wiki.rules.test_embedding import HOSTILE
from wiki.actions.embed_sites import allow_site, forbid_site
from wiki.errors import SiteRefused
from wiki.models import EmbedSite

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def manager(organisation):
    member = make_user()
    make_membership(organisation=organisation, member=member, is_manager=True)
    return member


def allow(organisation, actor, origin="https://garage.example"):
    return allow_site(organisation=organisation, origin=origin, actor=actor, now=NOW)


def test_a_manager_allows_a_site_once_and_takes_it_away(organisation, manager):
    site = allow(organisation, manager, " https://Bücher.example:443/ ")
    assert site.origin == "https://xn--bcher-kva.example"
    with pytest.raises(SiteRefused, match="allowed already"):
        allow(organisation, manager, "https://bücher.example")
    other = make_organisation()
    forbid_site(organisation=organisation, site_id=allow_elsewhere(other).pk, actor=manager)
    assert EmbedSite.objects.filter(organisation=other).exists()
    forbid_site(organisation=organisation, site_id=site.pk, actor=manager)
    forbid_site(organisation=organisation, site_id=site.pk, actor=manager)
    assert not EmbedSite.objects.filter(organisation=organisation).exists()


def allow_elsewhere(organisation):
    member = make_user()
    make_membership(organisation=organisation, member=member, is_manager=True)
    return allow(organisation, member)


def test_nobody_else_does(organisation, manager):
    site = allow(organisation, manager)
    colleague, former = make_user(), make_user()
    make_membership(organisation=organisation, member=colleague)
    make_membership(organisation=organisation, member=former, is_manager=True, until=NOW.replace(year=2025))
    for actor in (colleague, former, make_moderator(), make_user()):
        with pytest.raises(NotPermitted):
            allow(organisation, actor, "https://other.example")
        with pytest.raises(NotPermitted):
            forbid_site(organisation=organisation, site_id=site.pk, actor=actor)
    pretender = make_organisation(is_verified=False)
    make_membership(organisation=pretender, member=manager, is_manager=True)
    with pytest.raises(NotPermitted):
        allow(pretender, manager)


def test_there_is_a_most(organisation, manager):
    set_rule(name="embed_rules.sites", value=2)
    allow(organisation, manager, "https://a.example")
    allow(organisation, manager, "https://b.example")
    with pytest.raises(LimitReached, match="2 sites are the most"):
        allow(organisation, manager, "https://c.example")


def test_what_is_no_site_is_refused_with_a_sentence(organisation, manager):
    for typed in HOSTILE:
        with pytest.raises(SiteRefused):
            allow(organisation, manager, typed)
    assert not EmbedSite.objects.exists()
