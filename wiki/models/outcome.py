"""Outcomes: how a remedy went."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Organisation, OwnedProduct
from products.models import Product
from wiki.models.fix import Remedy
from wiki.querysets import OutcomeQuerySet


class Outcome(models.Model):
    """A person tried a remedy on a product. One per person, remedy and owned product; editable, history kept."""

    class Result(models.TextChoices):
        WORKED = "worked", "it worked"
        PARTLY = "partly", "it helped partly"
        FAILED = "failed", "it did not work"
        WORSE = "worse", "it made it worse"
        NOT_TRIED = "not_tried", "not tried"

    class Tier(models.TextChoices):
        UNVERIFIED = "unverified", "unverified"
        OWNER = "owner", "verified owner"
        PROFESSIONAL = "professional", "verified professional"

    class Way(models.TextChoices):
        MYSELF = "myself", "myself"
        WORKSHOP = "workshop", "a workshop"
        DEALER = "dealer", "a dealer"

    class State(models.TextChoices):
        AWAITING_MAIL = "awaiting_mail", "waits for its mailed link"
        PUBLISHED = "published", "published"
        HIDDEN = "hidden", "hidden until reviewed"
        DELETED = "deleted", "deleted"

    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="outcomes")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="outcomes")
    owned_product = models.ForeignKey(
        OwnedProduct, on_delete=models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    affiliation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reported_by_members",
        help_text="the verified organisation that the member belonged to then, with a job or without: its badge",
    )
    mail_digest = models.CharField(
        max_length=64,
        blank=True,
        db_index=True,
        editable=False,
        help_text="keyed digest of the address of a person without an account",
    )
    result = models.CharField(max_length=9, choices=Result)
    tier = models.CharField(max_length=12, choices=Tier, default=Tier.UNVERIFIED)
    state = models.CharField(max_length=13, choices=State, default=State.PUBLISHED)
    cause_found = models.CharField(max_length=255, blank=True)
    proof = models.CharField(max_length=400, blank=True, help_text="reading, code before and after")
    has_evidence = models.BooleanField(default=False, help_text="photo, receipt or reading seen by a moderator")
    part_number = models.CharField(max_length=60, blank=True)
    also_changed = models.CharField(max_length=255, blank=True)
    also_remedies = models.ManyToManyField(Remedy, blank=True, related_name="shared_outcomes")
    procedure_followed = models.BooleanField(null=True, blank=True)
    money = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(max_length=3, default="USD")
    hours = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    usage = models.PositiveIntegerField(null=True, blank=True)
    usage_unit = models.CharField(max_length=6, choices=OwnedProduct.Unit, default=OwnedProduct.Unit.MILES)
    done_by = models.CharField(max_length=8, choices=Way, default=Way.MYSELF)
    job_number = models.CharField(max_length=60, blank=True, help_text="private to the organisation")
    is_beyond_share = models.BooleanField(
        default=False,
        help_text="weighs nothing: its workshop had reported its most on the remedy in that month, or a dump says so",
    )
    happened_on = models.DateField()
    came_back_on = models.DateField(null=True, blank=True)
    harm = models.BooleanField(default=False, help_text="something burnt or smoked, or somebody was hurt")
    note = models.TextField(blank=True, max_length=2000)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    prompted = models.BooleanField(
        default=False, editable=False, help_text="a follow-up mail had asked for it; such reports show who answers"
    )
    is_demonstration = models.BooleanField(default=False)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "remedy"],
                condition=Q(member__isnull=False, owned_product__isnull=True, job_number=""),
                name="outcome_once_per_member_and_remedy",
            ),
            models.UniqueConstraint(
                fields=["member", "remedy", "owned_product"],
                condition=Q(member__isnull=False, owned_product__isnull=False),
                name="outcome_once_per_owned_product",
            ),
            models.UniqueConstraint(
                fields=["mail_digest", "remedy"],
                condition=~Q(mail_digest=""),
                name="outcome_once_per_mail_address",
            ),
            models.UniqueConstraint(
                fields=["organisation", "job_number", "remedy"],
                condition=Q(organisation__isnull=False) & ~Q(job_number=""),
                name="outcome_once_per_job_number",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | Q(mail_digest=""), name="outcome_by_member_or_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()} on {self.product}"


SUCCESSES = (Outcome.Result.WORKED, Outcome.Result.PARTLY)
"""Results that can come back."""
