"""An organisation names the sites on which its frames are shown."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import transaction

from accounts.errors import LimitReached, NotPermitted
from accounts.models import Organisation, User
from accounts.queries.community_rules import load
from accounts.queries.standing import manages
from wiki.errors import SiteRefused
from wiki.models import EmbedSite
from wiki.rules.embedding import EmbedRules, NotAnOrigin, origin_of


@transaction.atomic
def allow_site(*, organisation: Organisation, origin: str, actor: User, now: datetime.datetime) -> EmbedSite:
    """Allow a site as it was typed to show the organisation's frames.

    Raises `NotPermitted` for others than its managers, `SiteRefused` for what is no site or allowed already, and
    `LimitReached`.
    """
    if not manages(actor, organisation):
        raise NotPermitted
    try:
        meant = origin_of(origin, local=not settings.PRODUCTION)
    except NotAnOrigin as error:
        raise SiteRefused(str(error)) from error
    # Two managers at once wait here for each other, so that the limit holds.
    owner = Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = EmbedSite.objects.filter(organisation=owner)
    if known.filter(origin=meant).exists():
        raise SiteRefused(f"{meant} is allowed already.")
    most = load(EmbedRules).sites
    if known.count() >= most:
        raise LimitReached(f"{most} sites are the most. Take one away first.")
    return EmbedSite.objects.create(organisation=owner, origin=meant, added_at=now)


@transaction.atomic
def forbid_site(*, organisation: Organisation, site_id: int, actor: User) -> None:
    """Take a site away; one that is gone already stays gone. Raises `NotPermitted` for others than managers."""
    if not manages(actor, organisation):
        raise NotPermitted
    EmbedSite.objects.filter(organisation=organisation, pk=site_id).delete()
