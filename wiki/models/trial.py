"""Trials: "I am trying this", to be asked later how it went."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import OwnedProduct
from products.models import Product
from wiki.models.fix import Remedy
from wiki.models.outcome import Outcome
from wiki.models.problem import Problem


class Trial(models.Model):
    """Somebody is trying a remedy on a product, and may be asked after two weeks and after three months.

    A trial counts nowhere; the outcome that comes of it does. Of a person without an account the mail address is kept,
    encrypted, until the last question is sent or refused.
    """

    class State(models.TextChoices):
        AWAITING_MAIL = "awaiting_mail", "waits for its mailed link"
        RUNNING = "running", "running"
        ENDED = "ended", "ended"

    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="trials")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="trials")
    problem = models.ForeignKey(Problem, on_delete=models.SET_NULL, null=True, blank=True, related_name="trials")
    owned_product = models.ForeignKey(
        OwnedProduct, on_delete=models.SET_NULL, null=True, blank=True, related_name="trials"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="trials"
    )
    mail_encrypted = models.TextField(blank=True, editable=False)
    mail_digest = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="keyed digest of a stranger's address",
    )
    outcome = models.ForeignKey(Outcome, on_delete=models.SET_NULL, null=True, blank=True, related_name="trials")
    state = models.CharField(max_length=13, choices=State, default=State.RUNNING)
    wants_mail = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    first_asked_at = models.DateTimeField(null=True, blank=True)
    second_asked_at = models.DateTimeField(null=True, blank=True)
    lasted_at = models.DateTimeField(null=True, blank=True, help_text="said at the second question: still fixed")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["state", "started_at"], name="trial_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, mail_digest="") | (Q(member__isnull=True) & ~Q(mail_digest="")),
                name="trial_by_member_or_mail",
            ),
            models.UniqueConstraint(
                fields=["member", "remedy"],
                condition=Q(member__isnull=False, owned_product__isnull=True) & ~Q(state="ended"),
                name="trial_runs_once_per_member",
            ),
            models.UniqueConstraint(
                fields=["member", "remedy", "owned_product"],
                condition=Q(member__isnull=False, owned_product__isnull=False) & ~Q(state="ended"),
                name="trial_runs_once_per_owned_product",
            ),
            models.UniqueConstraint(
                fields=["mail_digest", "remedy"],
                condition=~Q(mail_digest="") & ~Q(state="ended"),
                name="trial_runs_once_per_mail_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remedy.title} on {self.product}"
