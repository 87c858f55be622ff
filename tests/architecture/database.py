"""The rules of the house that need Django's registry: which way foreign keys point, whose rows belong to a person."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import models

from tests.architecture.sources import LAYERS

Model = type[models.Model]


def own_models(every: Iterable[Model]) -> list[Model]:
    """The models of our apps, tables that Django makes for many-to-many fields included."""
    return [model for model in every if model._meta.app_label in LAYERS]


def relations(model: Model) -> Iterator[models.ForeignKey]:
    """The foreign keys of a model, one-to-one fields included."""
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.model is model:
            yield field


def points_at_a_user(field: models.ForeignKey) -> bool:
    """Whether a foreign key names a person."""
    return field.remote_field.model._meta.label == settings.AUTH_USER_MODEL


def foreign_keys_that_point_up(every: Iterable[Model]) -> Iterator[str]:
    """Foreign keys point at the same app, at one below it, or at the user; products knows no user at all."""
    for model in own_models(every):
        level = LAYERS.index(model._meta.app_label)
        for field in relations(model):
            target = field.remote_field.model._meta
            if target.app_label not in LAYERS:
                continue
            if LAYERS.index(target.app_label) > level:
                yield f"{model._meta.label}.{field.name} points up at {target.label}"
