"""What every post has in common."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from products.models import Imported


class Publication(Imported):
    """A post by a member, or imported with attribution: published, hidden (by flags or a moderator) or deleted."""

    class State(models.TextChoices):
        PUBLISHED = "published", "published"
        HIDDEN = "hidden", "hidden until reviewed"
        DELETED = "deleted", "deleted"

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="%(class)s_posts",
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="%(class)s_posts",
        help_text="the verified organisation that its author belonged to when it was written: its badge",
    )
    state = models.CharField(max_length=9, choices=State, default=State.PUBLISHED)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    is_demonstration = models.BooleanField(default=False)
    attribution = models.CharField(
        max_length=160, blank=True, editable=False, help_text="whom the licence of an imported post asks to name"
    )
    licence = models.CharField(max_length=20, blank=True, editable=False, help_text="empty: that of this site")
    source_url = models.URLField(max_length=255, blank=True, editable=False, help_text="where it stood first")
    external_number = models.CharField(
        max_length=120, blank=True, db_index=True, editable=False, help_text="site and number at its source"
    )

    class Meta:
        abstract = True

    @property
    def licence_url(self) -> str:
        """The text of the post's own licence, empty for that of this site."""
        name, _, version = self.licence.rpartition(" ")
        return f"https://creativecommons.org/licenses/by-sa/{version}/" if name == "CC BY-SA" else ""
