"""Which rows a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.models import Membership, Organisation
from products.models import Product

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class PublicationQuerySet(models.QuerySet[Any]):
    """Posts that can be published, hidden or deleted."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Published posts for everybody, hidden ones for moderators too; deleted ones for nobody."""
        if user.has_perm("wiki.see_hidden"):
            return self.exclude(state="deleted")
        return self.filter(state="published")


class ProblemQuerySet(PublicationQuerySet):
    """Problems."""

    def about(self, product: Product) -> Self:
        """Problems of the product, of its ancestors (inherited downwards) and of everything below it."""
        return self.filter(
            Q(product__tree_id=product.tree_id)
            & (
                Q(product__lft__lte=product.lft, product__rght__gte=product.rght)
                | Q(product__lft__gte=product.lft, product__rght__lte=product.rght)
            )
        )

    def knowing_tests(self) -> Self:
        """Problems that know whether they have tests, so that nobody asks in vain."""
        tests = self.model._meta.get_field("tests").related_model.objects.filter(problem=OuterRef("pk"))
        return self.annotate(has_tests=Exists(tests.filter(state="published")))

    def knowing_photos(self) -> Self:
        """Problems that know whether they have photos, whoever may see them, so that nobody asks in vain."""
        photos = self.model._meta.get_field("photos").related_model.objects.filter(problem=OuterRef("pk"))
        return self.annotate(has_photos=Exists(photos))

    def knowing_follow(self, user: User | AnonymousUser) -> Self:
        """Problems that know whether the person follows them, `is_followed`."""
        follows = self.model._meta.get_field("follows").related_model.objects
        return self.annotate(is_followed=Exists(follows.filter(problem=OuterRef("pk"), member=user.pk)))

    def canonical(self) -> Self:
        """Problems that are no duplicate of another."""
        return self.filter(duplicate_of__isnull=True)


class OutcomeQuerySet(models.QuerySet[Any]):
    """Outcomes."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Published ones for everybody, hidden ones for moderators too; all others for nobody."""
        states = ["published", "hidden"] if user.has_perm("wiki.see_hidden") else ["published"]
        return self.filter(state__in=states)

    def counted(self) -> Self:
        """Outcomes that stand: published, and confirmed from the mail where no member reported them."""
        return self.filter(state="published")

    def weighed(self) -> Self:
        """Outcomes that weigh in a plan: those that stand, but for two kinds.

        What one workshop reported beyond its share of a month, and what a manufacturer's staff said of its own make.
        """
        employer = Membership.objects.filter(
            Q(until__isnull=True) | Q(until__gt=Now()),
            member=OuterRef("member"),
            organisation__kind=Organisation.Kind.MANUFACTURER,
            organisation__verified_at__isnull=False,
            organisation__scopes__product__tree_id=OuterRef("product__tree_id"),
            organisation__scopes__product__lft__lte=OuterRef("product__lft"),
            organisation__scopes__product__rght__gte=OuterRef("product__rght"),
        )
        return self.counted().filter(~Exists(employer), is_beyond_share=False)
