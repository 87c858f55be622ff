"""Invitations, read: those that wait, the one behind a mailed link, and whom it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from accounts.domains import plain_mail_address
from accounts.encryption import decrypt
from accounts.errors import DomainRefused, LinkEnded
from accounts.models import Invitation, Organisation, User

_SALT = "accounts.invitation"


@dataclass(frozen=True, slots=True)
class WaitingInvitation:
    """An invitation that waits, with the address that its link went to, for the team's eyes."""

    invitation: Invitation
    address: str


def waiting_invitations(organisation: Organisation, *, now: datetime) -> tuple[WaitingInvitation, ...]:
    """The invitations that wait, the newest first: one query."""
    rows = Invitation.objects.filter(organisation=organisation, state=Invitation.State.WAITING, expires_at__gt=now)
    return tuple(WaitingInvitation(row, decrypt(row.mail_encrypted) or "") for row in rows.select_related("invited_by"))


def invitation_of(organisation: Organisation, pk: int) -> Invitation | None:
    """One of the organisation's invitations, or None."""
    return Invitation.objects.select_related("organisation").filter(organisation=organisation, pk=pk).first()


def digest_of_address(mail: str) -> str:
    """The keyed digest of a mail address, the same for each way to write it in large and small letters."""
    return salted_hmac(_SALT, mail.strip().lower(), secret=settings.FIELD_KEY, algorithm="sha256").hexdigest()


def invitation_token(invitation: Invitation) -> str:
    """The signed token of an invitation's link; sending it again makes it invalid."""
    return signing.dumps([invitation.pk, invitation.invited_at.isoformat()], salt=_SALT)


def invitation_behind(token: str, *, now: datetime) -> Invitation:
    """The invitation that a link points at. Raises LinkEnded where it is broken, used, revoked, overtaken or late."""
    try:
        pk, moment = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkEnded from None
    rows = Invitation.objects.select_related("organisation", "invited_by")
    found = rows.filter(
        pk=pk, state=Invitation.State.WAITING, expires_at__gt=now, organisation__verified_at__isnull=False
    ).first()
    if found is None or found.invited_at.isoformat() != moment:
        raise LinkEnded
    return found


def is_for(invitation: Invitation, member: User) -> bool:
    """Whether the invitation went to one of the member's confirmed addresses: one query."""
    addresses = EmailAddress.objects.filter(user=member, verified=True).values_list("email", flat=True)
    return any(digest_of_address(_plain(address)) == invitation.mail_digest for address in addresses)


def _plain(address: str) -> str:
    try:
        return plain_mail_address(address)
    except DomainRefused:
        return address
