"""Where a member can be reached by mail."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.core import signing

from accounts.models import User

_STOP = "accounts.stop_mail"


def confirmed_address(member: User) -> str:
    """The member's mail address, empty where it was never confirmed or is a demonstration member's: one query."""
    if not member.is_active or member.is_demonstration:
        return ""
    rows = EmailAddress.objects.filter(user=member, email__iexact=member.email, verified=True)
    return member.email if rows.exists() else ""


def has_confirmed_address(member: User) -> bool:
    """Whether the member ever confirmed a mail address: one query."""
    return EmailAddress.objects.filter(user=member, verified=True).exists()


def stop_token(member: User) -> str:
    """The signed token of the link that stops all mail about what the member follows; it holds for ever."""
    return signing.dumps(member.pk, salt=_STOP)


def member_to_stop(token: str) -> User | None:
    """Whose mail the link stops; None for a broken link."""
    try:
        found = signing.loads(token, salt=_STOP)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return User.objects.filter(pk=found).first() if isinstance(found, int) else None
