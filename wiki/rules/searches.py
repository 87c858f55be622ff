"""What is kept of searches, so that it can be linked to nobody."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.rules.community import whole


@dataclass(frozen=True, slots=True)
class SearchRules:
    """How the words of searches are counted."""

    days_before_kept: int = whole(
        3, "days", "On so many different days a search must have been made before its words are kept.", least=2
    )
    days_counted: int = whole(90, "days", "How long counts of searches are kept.", least=1)
