"""What people ask of the site about an organisation, and whom its managers invite."""

from django.db import models
from django.db.models import Q

from accounts.models.organisation import Organisation
from accounts.models.user import User
from products.models import Product


class OrganisationClaim(models.Model):
    """A member says that they speak for an organisation, asks to join it, or asks for another scope.

    A claim waits for its domain to be shown, then for a moderator; a wish to join waits for the managers; another scope
    for a moderator. The row stays with who decided, when and why.
    """

    class Purpose(models.TextChoices):
        CLAIM = "claim", "claim"
        JOIN = "join", "wish to join"
        SCOPE = "scope", "change of scope"

    class State(models.TextChoices):
        DOMAIN = "domain", "waits for the domain"
        MODERATOR = "moderator", "waits for a moderator"
        MANAGERS = "managers", "waits for its managers"
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"
        WITHDRAWN = "withdrawn", "withdrawn"

    class Proof(models.TextChoices):
        MAIL = "mail", "a mail to its domain"
        RECORD = "record", "a text record of its domain"

    claimant = models.ForeignKey(User, on_delete=models.PROTECT, related_name="organisation_claims")
    purpose = models.CharField(max_length=5, choices=Purpose)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="claims"
    )
    kind = models.CharField(max_length=12, choices=Organisation.Kind)
    name = models.CharField(max_length=120)
    domain = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    products = models.ManyToManyField(Product, related_name="+", help_text="the scope asked for")
    why = models.TextField(blank=True, max_length=1000)
    state = models.CharField(max_length=9, choices=State)
    claimed_at = models.DateTimeField()
    record_token = models.CharField(max_length=43, blank=True, editable=False)
    record_read_at = models.DateTimeField(null=True, blank=True)
    mail_encrypted = models.TextField(
        blank=True, editable=False, help_text="where the link went, kept until it is decided"
    )
    mailed_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=6, choices=Proof, blank=True)
    domain_shown_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-claimed_at", "-id"]
        indexes = [models.Index(fields=["state", "claimed_at"], name="claim_waiting"), models.Index(fields=["domain"])]
        constraints = [
            models.UniqueConstraint(
                fields=["claimant", "purpose", "domain"],
                condition=Q(state__in=["domain", "moderator", "managers"], organisation__isnull=True),
                name="claim_once_open_per_domain",
            ),
            models.UniqueConstraint(
                fields=["claimant", "purpose", "organisation"],
                condition=Q(state__in=["domain", "moderator", "managers"], organisation__isnull=False),
                name="claim_once_open_per_organisation",
            ),
            models.CheckConstraint(
                condition=Q(purpose="claim") | Q(organisation__isnull=False), name="claim_about_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in (self.State.DOMAIN, self.State.MODERATOR, self.State.MANAGERS)


class Invitation(models.Model):
    """A mail address is invited into an organisation by a signed link, which holds for some days and once.

    The address is kept encrypted, with a keyed digest to find it by, and forgotten when the invitation ends.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waits"
        ACCEPTED = "accepted", "accepted"
        REVOKED = "revoked", "revoked"
        ENDED = "ended", "ended unanswered"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    mail_encrypted = models.TextField(blank=True, editable=False)
    mail_digest = models.CharField(max_length=64, blank=True, editable=False)
    is_manager = models.BooleanField(default=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "mail_digest"],
                condition=Q(state="waiting"),
                name="invitation_once_per_address",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(mail_encrypted="", mail_digest=""),
                name="invitation_forgets_its_address",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} of {self.organisation}"
