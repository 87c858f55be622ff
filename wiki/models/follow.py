"""What members follow."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from products.models import Product
from wiki.models.one_of import exactly_one
from wiki.models.problem import Problem


class Follow(models.Model):
    """A member wants to be told about a product with everything below it, or about a problem."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=exactly_one("product", "problem"), name="follow_of_one_thing"),
            models.UniqueConstraint(
                fields=["member", "product"], condition=Q(product__isnull=False), name="product_followed_once"
            ),
            models.UniqueConstraint(
                fields=["member", "problem"], condition=Q(problem__isnull=False), name="problem_followed_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.product or self.problem)
