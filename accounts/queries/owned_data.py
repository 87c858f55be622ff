"""What the site holds of a person, gathered from every app.

An app says what it holds in a module `owned_data`, found here as Django finds `admin`:

    EXPORTS: dict[str, str]     every foreign key to a user in the app, as "wiki.Vote.voter", with a sentence that says
                                what erasure does to these rows; a test compares the keys with the models
    def export(member: User) -> dict[str, list[dict[str, Any]]]
                                the person's rows by section, in values that JSON knows
    def erase(member: User, now: datetime) -> None
                                take away or make nameless what the sentences say; called in one transaction, before the
                                user's own row loses its name
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, cast

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from accounts.models import User


class OwnedData(Protocol):
    """What an app's `owned_data` module offers."""

    EXPORTS: dict[str, str]

    def export(self, member: User) -> dict[str, list[dict[str, Any]]]:
        """The person's rows, by section."""

    def erase(self, member: User, now: datetime) -> None:
        """Take away or make nameless what the person leaves in this app."""


def owned_data_modules() -> Iterator[OwnedData]:
    """The modules of all apps; accounts last, which takes the name away."""
    configs = sorted(apps.get_app_configs(), key=lambda config: config.name == "accounts")
    for config in configs:
        if module_has_submodule(config.module, "owned_data"):
            yield cast("OwnedData", import_module(f"{config.name}.owned_data"))


def export_of(member: User) -> dict[str, list[dict[str, Any]]]:
    """Everything the site holds of the person, by section."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for module in owned_data_modules():
        sections |= module.export(member)
    return sections


def promises() -> dict[str, str]:
    """What erasure does to each foreign key to a user: `wiki.Vote.voter` and a sentence."""
    return {key: sentence for module in owned_data_modules() for key, sentence in module.EXPORTS.items()}


def promises_in_words() -> list[tuple[str, str]]:
    """What erasure does, as pairs of what it is about (votes) and a sentence, for the page that explains it."""
    said = {
        (str(apps.get_model(key.rpartition(".")[0])._meta.verbose_name_plural), sentence)
        for key, sentence in promises().items()
    }
    return sorted(said)
