"""Photos on problems, fixes and outcomes."""

from django.conf import settings
from django.db import models

from wiki.models.fix import Fix
from wiki.models.one_of import exactly_one
from wiki.models.outcome import Outcome
from wiki.models.problem import Problem
from wiki.querysets import PublicationQuerySet


class Photo(models.Model):
    """A picture, decoded and encoded again on arrival, under a random name."""

    class State(models.TextChoices):
        PUBLISHED = "published", "published"
        HIDDEN = "hidden", "hidden until reviewed"
        DELETED = "deleted", "deleted"

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="photos")
    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, null=True, blank=True, related_name="photos")
    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, null=True, blank=True, related_name="photos")
    image = models.FileField(upload_to="photos/")
    thumbnail = models.FileField(upload_to="photos/")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    caption = models.CharField(max_length=160, help_text="what it shows, for those who can't see it too")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="photos"
    )
    state = models.CharField(max_length=9, choices=State, default=State.PUBLISHED)
    created_at = models.DateTimeField()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("problem", "fix", "outcome"),
                name="photo_of_one_post",
            )
        ]

    def __str__(self) -> str:
        return self.caption
