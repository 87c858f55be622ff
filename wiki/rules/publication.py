"""When flags hide a post, and what a decision about them does."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FlagRules:
    """What flags do, as the community has set it."""

    flags_to_hide: int = field(
        default=3, metadata={"unit": "flags", "help": "Independent flags that hide a post until it is reviewed."}
    )
    curator_reputation: int = field(
        default=2000, metadata={"unit": "points", "help": "From this reputation one flag hides a post."}
    )
    curator_accuracy: float = field(
        default=0.9,
        metadata={"unit": "share", "help": "… where this share of the person's flags of a year proved right."},
    )
    review_hours: int = field(
        default=24, metadata={"unit": "hours", "help": "How soon a moderator decides about a dangerous fix."}
    )


def hides(*, independent_flags: int, by_curator: bool, rules: FlagRules) -> bool:
    """Whether the open flags on a post hide it: enough independent ones, or one from a curator."""
    return by_curator or independent_flags >= rules.flags_to_hide


def state_after(
    *, state: str, upheld: bool, removes: bool, independent_flags_left: int, by_curator_left: bool, rules: FlagRules
) -> str:
    """The state of a post after a decision.

    `removes`: an upheld flag of this kind takes the post away (a dangerous fix keeps standing behind its warning).
    A dismissed flag shows a hidden post again unless the flags that are left hide it by themselves.
    """
    if state == "deleted":
        return "deleted"
    if upheld and removes:
        return "deleted"
    if state == "hidden" and not hides(
        independent_flags=independent_flags_left, by_curator=by_curator_left, rules=rules
    ):
        return "published"
    return state
