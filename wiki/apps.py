"""The wiki app."""

from django.apps import AppConfig


class WikiConfig(AppConfig):
    """What people know: problems, fixes, outcomes, votes, the plan, search."""

    name = "wiki"
