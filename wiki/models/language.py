"""In which language a post is written."""

from django.conf import settings
from django.db import models

PAGE_LANGUAGE = "en"
"""The language of the pages themselves."""


class Language(models.TextChoices):
    """The languages that content is searched in with a stemmer of their own (`wiki/search/languages.py`)."""

    EN = "en", "English"
    DE = "de", "Deutsch"


def site_language() -> str:
    """What is written here unless somebody says otherwise: the setting FIXLORE_LANGUAGE."""
    return str(settings.CONTENT_LANGUAGE)


class InLanguage(models.Model):
    """A post that says in which language it is written."""

    language = models.CharField(max_length=5, choices=Language, default=site_language)

    class Meta:
        abstract = True

    @property
    def lang(self) -> str:
        """The language where it differs from that of the page, for the `lang` of its text; empty otherwise."""
        return self.language if self.language != PAGE_LANGUAGE else ""
