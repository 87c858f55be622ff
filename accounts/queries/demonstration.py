"""Demonstration accounts, whose passwords stand in the documents."""

from accounts.models import User


def usable_demonstration_accounts() -> list[str]:
    """The names of the demonstration accounts that somebody could sign in with: one query."""
    accounts = User.objects.filter(is_demonstration=True, is_active=True).order_by("username")
    return [user.username for user in accounts.only("username", "password") if user.has_usable_password()]
