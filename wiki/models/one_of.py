"""A constraint that several tables share."""

from django.db.models import Q


def exactly_one(*fields: str) -> Q:
    """The condition that exactly one of the foreign keys is set."""
    condition = Q()
    for chosen in fields:
        condition |= Q(**{f"{field}__isnull": field != chosen for field in fields})
    return condition
