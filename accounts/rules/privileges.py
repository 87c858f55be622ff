"""Which reputation opens which privilege."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.rules.community import whole


@dataclass(frozen=True, slots=True)
class Privileges:
    """The reputation from which a member with a confirmed mail address may do something."""

    sighting: int = whole(0, "points", "Say 'I have this too'.")
    post: int = whole(1, "points", "Describe a problem or propose a fix.")
    comment: int = whole(1, "points", "Take part in a discussion.")
    flag: int = whole(1, "points", "Flag a post.")
    outcome: int = whole(1, "points", "Report an outcome.")
    vote_up: int = whole(8, "points", "Vote a post up.")
    more_links: int = whole(10, "points", "Put more links and images into a post than a new member may.")
    vote_down: int = whole(50, "points", "Vote a post down, with a reason.")
    new_component: int = whole(300, "points", "Add a component or another name of one.")
    merge: int = whole(500, "points", "Vote to merge or close (three agree).")
    edit_without_review: int = whole(1000, "points", "Edit other people's posts without a review.")

    def needed(self, privilege: str) -> int:
        """The reputation that opens a privilege. An unknown one raises AttributeError."""
        value: int = getattr(self, privilege)
        return value


def missing(privileges: Privileges, privilege: str, reputation: int) -> int:
    """How many points are missing; 0 means it is open."""
    return max(0, privileges.needed(privilege) - reputation)
