"""Words for the same thing, as the community keeps them, with an audit trail."""

from django.conf import settings
from django.db import models


class Synonym(models.Model):
    """A group of words for the same thing: whoever searches for one of them finds the others too."""

    name = models.CharField(max_length=60, unique=True, help_text="what the group is about, as trunk")
    phrases = models.TextField(help_text="the words, one to a line, as boot; up to four words make a phrase")
    language = models.CharField(max_length=2, default="en", help_text="two letters: the language of the words")
    note = models.CharField(max_length=255, blank=True, help_text="why; read by operators alone")
    is_active = models.BooleanField(
        default=True, verbose_name="in use", help_text="switched off, a group that comes with the site stays off"
    )

    class Meta:
        ordering = ["name"]
        verbose_name = "group of synonyms"
        verbose_name_plural = "synonyms"

    def __str__(self) -> str:
        return self.name


class SynonymChange(models.Model):
    """Who changed which group, from what, to what and when; nobody where a command did. The newest id is a stamp."""

    name = models.CharField(max_length=60)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
