"""Every foreign key to a user is declared in its app's `owned_data`, so that export and erasure forget nothing."""

from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from accounts.queries.owned_data import promises
from tests.architecture.database import Model, own_models, points_at_a_user, relations


def undeclared(every: Iterable[Model], declared: Iterable[str]) -> set[str]:
    """Foreign keys to a user that no `owned_data` names, as `wiki.Vote.voter`."""
    found = {
        f"{model._meta.label}.{field.name}"
        for model in own_models(every)
        for field in relations(model)
        if points_at_a_user(field)
    }
    return found - set(declared)


def test_every_foreign_key_to_a_user_has_an_entry() -> None:
    assert undeclared(apps.get_models(), promises()) == set()


def test_every_entry_names_a_foreign_key() -> None:
    existing = undeclared(apps.get_models(), [])
    assert set(promises()) - existing == set()


@isolate_apps("accounts", "wiki")
def test_a_planted_foreign_key_without_an_entry_is_seen() -> None:
    class User(models.Model):
        class Meta:
            app_label = "accounts"

    class Bookmark(models.Model):
        keeper = models.ForeignKey(User, on_delete=models.CASCADE)

        class Meta:
            app_label = "wiki"

    assert undeclared([User, Bookmark], ["wiki.Vote.voter"]) == {"wiki.Bookmark.keeper"}
    assert undeclared([User, Bookmark], ["wiki.Bookmark.keeper"]) == set()
