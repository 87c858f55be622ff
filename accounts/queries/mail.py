"""Where a member can be reached by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

if TYPE_CHECKING:
    from accounts.models import User


def confirmed_address(member: User) -> str:
    """The member's mail address, empty where it was never confirmed or is a demonstration member's: one query."""
    if not member.is_active or member.is_demonstration:
        return ""
    rows = EmailAddress.objects.filter(user=member, email__iexact=member.email, verified=True)
    return member.email if rows.exists() else ""
