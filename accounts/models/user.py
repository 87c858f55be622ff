"""Users."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property


class User(AbstractUser):
    """A member: signs in with a mail address, is known by a name."""

    class NotificationMail(models.TextChoices):
        AT_ONCE = "at_once", "at once"
        DAILY = "daily", "once a day, all together"
        NONE = "none", "never"

    username = models.CharField(
        "name",
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.-]*\Z", "Letters, digits, dot, hyphen and underscore, please.")
        ],
        error_messages={"unique": "This name is taken."},
    )
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("mail address", unique=True)
    about = models.TextField(blank=True, max_length=2000)
    reputation = models.IntegerField(
        default=1, help_text="sum of the ledger with its floor; rebuilt by rebuild_reputation"
    )
    calibration = models.IntegerField(
        default=0, help_text="points of trust: the sum of the calibration ledger; rebuilt by rebuild_trust"
    )
    accuracy = models.FloatField(default=0.5, help_text="share of flags and outcomes that proved right; made nightly")
    flag_accuracy = models.FloatField(default=0.5, help_text="the same of flags alone; made nightly")
    hourly_wage = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    notification_mail = models.CharField(
        "mail about what you follow", max_length=7, choices=NotificationMail, default=NotificationMail.DAILY
    )
    is_demonstration = models.BooleanField(default=False)
    erased_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="the person asked to be forgotten; the row is nameless since"
    )

    REQUIRED_FIELDS = ["email"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_name_once_in_any_case"),
            models.UniqueConstraint(Lower("email"), name="user_mail_once_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.username

    @cached_property
    def unread_count(self) -> int:
        """Notifications that were not read yet, a hundred at most: one query where there are some, else none."""
        if self.__dict__.get("has_unread") is False:  # see accounts.queries.standing.with_what_is_missing
            return 0
        return self.notifications.filter(read_at=None)[:100].count()

    def get_absolute_url(self) -> str:
        return reverse("wiki:member", args=[self.username])
