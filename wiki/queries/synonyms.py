"""Groups of synonyms, read: those of the database, and those that come with the site."""

from __future__ import annotations

from wiki.models import Synonym
from wiki.search.synonyms import Group, group_of, missing


def rows() -> list[Group]:
    """The groups of the database, those switched off too."""
    return [group_of(row) for row in Synonym.objects.all()]


def shipped_missing() -> list[Group]:
    """The groups that come with the site and count although no row has them."""
    return missing(rows())


def all_groups() -> list[Group]:
    """Every group: the rows, and what comes with the site beside them."""
    own = rows()
    return sorted([*own, *missing(own)], key=lambda group: group.name)
