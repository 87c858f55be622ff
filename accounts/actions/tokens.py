"""Make and revoke tokens of the API."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.errors import NotYours, TokenRefused
from accounts.models import ApiToken, Organisation, User
from accounts.queries.standing import standing_of
from accounts.rules.tokens import PREFIX, SHOWN, TokenScope, digest_of

MOST_TOKENS = 20


@dataclass(frozen=True)
class NewToken:
    """A token with its text, which is known now and never again."""

    token: ApiToken
    text: str


@transaction.atomic
def make_token(
    *,
    member: User,
    name: str,
    scopes: Iterable[TokenScope],
    now: datetime,
    organisation: Organisation | None = None,
    expires_at: datetime | None = None,
) -> NewToken:
    """Make a token with which a program acts as the member.

    Raises TokenRefused where it opens nothing, has ended before it began, is one too many, or names an organisation
    that is not verified or not the member's.
    """
    opened = sorted(set(scopes))
    if not opened:
        raise TokenRefused("Choose what the token may do.")
    if expires_at is not None and expires_at <= now:
        raise TokenRefused("This end lies in the past.")
    if organisation is not None and organisation.pk not in {
        affiliation.organisation_id for affiliation in standing_of(member).affiliations
    }:
        raise TokenRefused("You are no member of this organisation, or it is not verified.")
    User.objects.select_for_update().get(pk=member.pk)
    if ApiToken.objects.filter(member=member, revoked_at__isnull=True).count() >= MOST_TOKENS:
        raise TokenRefused(f"{MOST_TOKENS} tokens are the most. Revoke one that you don't use.")
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        member=member,
        organisation=organisation,
        name=name.strip(),
        digest=digest_of(text),
        beginning=text[:SHOWN],
        scopes=[str(scope) for scope in opened],
        created_at=now,
        expires_at=expires_at,
    )
    return NewToken(token, text)


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User, now: datetime) -> ApiToken:
    """End a token at once; a second time changes nothing. Raises NotYours."""
    if token.member_id != actor.pk:
        raise NotYours("This token is not yours.")
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)
    token.refresh_from_db()
    return token


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Remember the day on which a token was used: one write a day, the only thing that reading by the API leaves."""
    today = now.date()
    if token.last_used_on != today:
        ApiToken.objects.filter(Q(last_used_on__isnull=True) | Q(last_used_on__lt=today), pk=token.pk).update(
            last_used_on=today
        )
