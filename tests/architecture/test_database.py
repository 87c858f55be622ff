"""Foreign keys point down, and every table can say whose rows it holds."""

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture.database import foreign_keys_that_point_up, own_models, points_at_a_user, relations


def test_foreign_keys_point_down_or_at_the_user() -> None:
    assert list(foreign_keys_that_point_up(apps.get_models(include_auto_created=True))) == []


@isolate_apps("products", "accounts", "wiki")
def test_a_foreign_key_planted_upwards_is_seen() -> None:
    class Problem(models.Model):
        class Meta:
            app_label = "wiki"

    class Product(models.Model):
        known_problem = models.ForeignKey(Problem, on_delete=models.CASCADE)

        class Meta:
            app_label = "products"

    class Comment(models.Model):
        product = models.ForeignKey(Product, on_delete=models.CASCADE)

        class Meta:
            app_label = "wiki"

    assert list(foreign_keys_that_point_up([Product, Comment, Problem])) == [
        "products.Product.known_problem points up at wiki.Problem"
    ]


@isolate_apps("products", "accounts")
def test_a_person_planted_among_products_is_seen() -> None:
    class User(models.Model):
        class Meta:
            app_label = "accounts"

    class Product(models.Model):
        added_by = models.ForeignKey(User, on_delete=models.CASCADE)

        class Meta:
            app_label = "products"

    assert list(foreign_keys_that_point_up([User, Product])) == ["products.Product.added_by points up at accounts.User"]


def test_products_knows_no_users() -> None:
    people = [
        f"{model._meta.label}.{field.name}"
        for model in own_models(apps.get_models(include_auto_created=True))
        for field in relations(model)
        if model._meta.app_label == "products" and points_at_a_user(field)
    ]
    assert people == []


def test_every_foreign_key_says_what_it_is_called_from_the_other_side() -> None:
    unnamed = [
        f"{model._meta.label}.{field.name}"
        for model in own_models(apps.get_models())
        for field in relations(model)
        if field.remote_field.related_name is None
    ]
    assert unnamed == []


def test_no_row_of_a_person_goes_silently_when_another_is_deleted() -> None:
    """What somebody wrote outlives the person who acted on it: only a row of one's own may cascade from a user."""
    allowed = {"member", "user", "voter", "reporter", "seller"}
    cascading = [
        f"{model._meta.label}.{field.name}"
        for model in own_models(apps.get_models())
        for field in relations(model)
        if points_at_a_user(field) and field.remote_field.on_delete is models.CASCADE and field.name not in allowed
    ]
    assert cascading == []
