"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who takes part: users, roles, organisations, reputation, garage."""

    name = "accounts"
