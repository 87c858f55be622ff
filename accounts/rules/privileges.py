"""Which reputation opens which privilege."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

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
    edit_accuracy: float = field(
        default=0.95,
        metadata={"unit": "share", "help": "From this accuracy on, edit them whatever the reputation."},
    )

    def needed(self, privilege: str) -> int:
        """The reputation that opens a privilege. An unknown one raises AttributeError."""
        value: int = getattr(self, privilege)
        return value


def missing(privileges: Privileges, privilege: str, reputation: int) -> int:
    """How many points are missing; 0 means it is open."""
    return max(0, privileges.needed(privilege) - reputation)


@dataclass(frozen=True, slots=True)
class Opening:
    """A privilege that opens next: what it is, the reputation that opens it, and how many points are missing."""

    privilege: str
    text: str
    needed: int
    lacking: int


def opens_next(privileges: Privileges, reputation: int) -> tuple[Opening, ...]:
    """The privileges that are not open yet, the nearest first."""
    closed = [
        Opening(each.name, str(each.metadata["help"]), privileges.needed(each.name), lacking)
        for each in fields(privileges)
        if each.metadata["unit"] == "points" and (lacking := missing(privileges, each.name, reputation))
    ]
    return tuple(sorted(closed, key=lambda opening: opening.needed))
