"""Proof that a moderator sees before it counts: possession of a product, and evidence of an outcome."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import OwnedProduct
from wiki.models.one_of import exactly_one
from wiki.models.outcome import Outcome


class Proof(models.Model):
    """What a member showed of an owned product or an outcome, and what a moderator said to it.

    The row stays as the record of the decision; what was shown is in `ProofPicture` until then.
    """

    class Kind(models.TextChoices):
        PLATE = "plate", "today's code beside the serial plate"
        RECEIPT = "receipt", "a receipt or invoice"
        PHOTO = "photo", "a photograph"
        CODES = "codes", "codes or readings, before and after"

    class State(models.TextChoices):
        WAITING = "waiting", "waits for a moderator"
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"
        TAKEN_BACK = "taken_back", "taken back"

    owned_product = models.ForeignKey(
        OwnedProduct, on_delete=models.CASCADE, null=True, blank=True, related_name="proofs"
    )
    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, null=True, blank=True, related_name="proofs")
    kind = models.CharField(max_length=7, choices=Kind)
    code = models.CharField(max_length=12, blank=True, help_text="one-time code that the picture has to show")
    words = models.CharField(max_length=400, blank=True, help_text="codes or readings before and after, or a remark")
    fingerprint = models.CharField(
        max_length=64, editable=False, help_text="keyed digest of what it was shown for, which may change meanwhile"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    shown_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=255, blank=True, help_text="why it was refused, for the member")

    class Meta:
        ordering = ["shown_at", "id"]
        constraints = [
            models.CheckConstraint(condition=exactly_one("owned_product", "outcome"), name="proof_of_one_thing"),
            models.UniqueConstraint(
                fields=["owned_product"], condition=Q(state="waiting"), name="proof_waits_once_per_owned_product"
            ),
            models.UniqueConstraint(
                fields=["outcome"], condition=Q(state="waiting"), name="proof_waits_once_per_outcome"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ProofPicture(models.Model):
    """The picture of a proof that waits: encrypted in its row, so that it goes whole with the decision.

    It shows a serial plate or a receipt. No file of it exists, and no address serves it but the moderators' own.
    """

    proof = models.OneToOneField(Proof, on_delete=models.CASCADE, related_name="picture")
    encrypted = models.BinaryField(editable=False)
    content_type = models.CharField(max_length=20, editable=False)

    def __str__(self) -> str:
        return f"picture of proof {self.proof_id}"
