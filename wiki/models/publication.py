"""What every post has in common."""

from django.conf import settings
from django.db import models


class Publication(models.Model):
    """A post by a member that can be published, hidden (by flags or a moderator) or deleted."""

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
    state = models.CharField(max_length=9, choices=State, default=State.PUBLISHED)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        abstract = True
