"""System checks of `manage.py check --deploy`."""

from typing import Any

from django.core.checks import Error, register
from django.db import DatabaseError

from accounts.queries.demonstration import usable_demonstration_accounts


@register(deploy=True)
def no_demonstration_accounts(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """A deployed site has no account whose password stands in the documents."""
    try:
        names = usable_demonstration_accounts()
    except DatabaseError:
        # No tables yet: whoever checks before migrating has no accounts either.
        return []
    if not names:
        return []
    return [
        Error(
            f"Demonstration accounts can sign in: {', '.join(names)}.",
            hint="Begin production with a database of its own, or erase them: manage.py close_demo_accounts.",
            id="accounts.E001",
        )
    ]
