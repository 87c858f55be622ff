"""What members follow."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from products.models import Product
from wiki.models.emerging_issue import EmergingIssue
from wiki.models.one_of import exactly_one
from wiki.models.problem import Problem


class Follow(models.Model):
    """A member wants to be told about a product with everything below it, a problem, or an emerging issue."""

    class Issues(models.TextChoices):
        """Of a followed product: from which level on its emerging issues are told of."""

        WATCH = "watch", "all, from the first sign on"
        ALERT = "alert", "alerts only"
        NONE = "none", "none"

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    issue = models.ForeignKey(EmergingIssue, on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    issues = models.CharField("emerging issues", max_length=5, choices=Issues, default=Issues.ALERT)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=exactly_one("product", "problem", "issue"), name="follow_of_one_thing"),
            models.UniqueConstraint(
                fields=["member", "product"], condition=Q(product__isnull=False), name="product_followed_once"
            ),
            models.UniqueConstraint(
                fields=["member", "problem"], condition=Q(problem__isnull=False), name="problem_followed_once"
            ),
            models.UniqueConstraint(
                fields=["member", "issue"], condition=Q(issue__isnull=False), name="issue_followed_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.product or self.problem or self.issue)
