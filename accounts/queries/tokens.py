"""Tokens of the API, read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import ApiToken, User
from accounts.queries.standing import standing_of
from accounts.rules.tokens import SCOPE_WORDS, TokenScope, digest_of, looks_like_a_token


@dataclass(frozen=True)
class TokenRow:
    """A token as its owner's list shows it."""

    token: ApiToken
    opens: tuple[str, ...]
    has_ended: bool


def token_rows(member: User, *, now: datetime) -> tuple[TokenRow, ...]:
    """The member's tokens, the newest first: one query."""
    tokens = ApiToken.objects.filter(member=member).select_related("organisation")
    return tuple(
        TokenRow(
            token,
            tuple(SCOPE_WORDS[TokenScope(scope)] for scope in token.scopes),
            token.expires_at is not None and token.expires_at <= now,
        )
        for token in tokens
    )


def token_of(member: User, pk: int) -> ApiToken | None:
    """One of the member's tokens, or None where it is not theirs."""
    return ApiToken.objects.filter(member=member, pk=pk).first()


def token_behind(text: str, *, now: datetime) -> ApiToken | None:
    """The token with this text that works now, with its member; None for any other.

    It works until it is revoked or ends, as long as its member takes part, and an organisation's as long as its member
    has a place in it. One query, one more for an organisation's, none for what is no token.
    """
    if not looks_like_a_token(text):
        return None
    token = (
        ApiToken.objects.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now),
            digest=digest_of(text),
            revoked_at__isnull=True,
            member__is_active=True,
        )
        .select_related("member")
        .first()
    )
    if token is not None and token.organisation_id is not None:
        places = {affiliation.organisation_id for affiliation in standing_of(token.member).affiliations}
        if token.organisation_id not in places:
            return None
    return token
