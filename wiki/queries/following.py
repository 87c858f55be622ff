"""What a member follows, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, Q, QuerySet

from wiki.models import EmergingIssue, Follow, Problem
from wiki.queries.emerging import may_see
from wiki.queries.webhooks import listening

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from products.models import Product


def follows_of(member: User, thing: Product | Problem | EmergingIssue) -> QuerySet[Follow]:
    """The member's follow of the thing: one row or none."""
    name = "issue" if isinstance(thing, EmergingIssue) else str(thing._meta.model_name)
    return Follow.objects.filter(member=member, **{name: thing.pk})


def is_following(person: User | AnonymousUser, thing: Product | Problem | EmergingIssue) -> bool:
    """Whether the person follows the thing: one query, none for a visitor."""
    return person.is_authenticated and follows_of(person, thing).exists()


def followed_by(member: User) -> list[Follow]:
    """Everything that the member follows and may still see, the latest first: one query, two where roles decide."""
    gone = Problem.objects.exclude(pk__in=Problem.objects.visible_to(member).values("pk")).values("pk")
    rows = Follow.objects.filter(member=member).exclude(problem__in=gone)
    related = rows.select_related("product", "problem__product", "issue__product", "issue__component")
    return [row for row in related if row.issue is None or may_see(member, row.issue)]


def of_products_above(product: Product) -> Q:
    """Follows of the product and of those above it: who follows one of them follows this one too."""
    return Q(product__tree_id=product.tree_id, product__lft__lte=product.lft, product__rght__gte=product.rght)


def has_followers(problem: Problem) -> bool:
    """Whether anybody follows the problem or a product that it is on, or a webhook listens there: one query."""
    followed = Follow.objects.filter(Q(problem=problem) | of_products_above(problem.product))
    return Problem.objects.filter(Exists(followed) | Exists(listening(problem)), pk=problem.pk).exists()
