"""Webhooks: addresses of programs that want to be told, what they are told of, and the log of every try."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from products.models import Product
from wiki.models.one_of import exactly_one


class Webhook(models.Model):
    """An address that a member or an organisation wants to be told at, of some events on a product and all below it.

    An organisation's without a product is told of its whole scope. Secrets are encrypted and shown once; after a change
    the former one signs as well until `former_until`.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "active"
        PAUSED = "paused", "paused"
        STOPPED = "stopped", "stopped"

    class Reason(models.TextChoices):
        GONE = "gone", "its server said that it is gone for good"
        FAILING = "failing", "its server did not take anything for days"

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="webhooks"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="webhooks"
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, blank=True, related_name="webhooks")
    address = models.CharField(max_length=500)
    events = models.JSONField(default=list, help_text="names of wiki.rules.webhooks.EVENTS")
    secret_encrypted = models.TextField(editable=False)
    former_secret_encrypted = models.TextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.ACTIVE)
    stopped_because = models.CharField(max_length=7, choices=Reason, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="first failure since the latest success")
    quiet_until = models.DateTimeField(null=True, blank=True, help_text="after a failure nothing is sent before")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=exactly_one("member", "organisation"), name="webhook_of_one_owner"),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | Q(product__isnull=False), name="webhook_of_a_member_has_a_product"
            ),
            models.CheckConstraint(
                condition=Q(state="stopped") | Q(stopped_because=""), name="webhook_stopped_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return reverse("wiki:webhook" if self.organisation_id is None else "wiki:pro-webhook", args=[self.pk])

    @property
    def is_active(self) -> bool:
        """Whether it is told of anything now."""
        return self.state == self.State.ACTIVE


class WebhookDelivery(models.Model):
    """One event for one webhook, written in the transaction of the act; its id stays the same however often it is sent.

    The row names what happened and to what; the words are made when it is sent, so that nothing hidden since leaves the
    site. A worker holds it by its `lease` while it sends; a lease that ran out is another's to take.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "waits"
        DELIVERED = "delivered", "delivered"
        FAILED = "failed", "failed"
        WITHHELD = "withheld", "not sent: no longer public"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=40, unique=True)
    event = models.CharField(max_length=40)
    about = models.CharField(max_length=10, blank=True, help_text="what kind of thing it happened to")
    object_id = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=40, blank=True, help_text="what the thing became: each state is told of once")
    happened_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0, help_text="since it was last put in line")
    next_try_at = models.DateTimeField()
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-happened_at", "-id"]
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(status="waiting"), name="webhook_delivery_due"),
            models.Index(fields=["webhook", "-happened_at"], name="webhook_delivery_log"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "event", "about", "object_id", "state"], name="webhook_told_once_per_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"


class WebhookTry(models.Model):
    """One try of a delivery: what the server answered, or why no answer came."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True, help_text="how the answer begins")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "webhook tries"
        indexes = [models.Index(fields=["at"], name="webhook_try_at")]

    def __str__(self) -> str:
        return f"{self.status_code or self.error} at {self.at:%Y-%m-%d %H:%M}"
