"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who takes part: users, roles, organisations, reputation, garage."""

    name = "accounts"

    def ready(self) -> None:
        """Register the system checks."""
        from accounts import checks  # noqa: F401
