"""Which tier an outcome is reported in: how well we know that the person did what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tier = Literal["professional", "owner", "unverified"]


@dataclass(frozen=True, slots=True)
class Reporter:
    """What is known of the person who reports an outcome.

    `works_for_workshop`: member of a verified workshop or dealer. `job_number`: the organisation's private number
    of the job. `possession_shown`: a moderator has seen that the person owns the product; a serial number alone
    proves nothing. `speaks_for_maker`: staff of the manufacturer of this very product.
    """

    works_for_workshop: bool = False
    job_number: str = ""
    possession_shown: bool = False
    speaks_for_maker: bool = False


def tier_of(reporter: Reporter) -> Tier | None:
    """The tier of an outcome; None where it does not count: a manufacturer's word is its official diagnostic."""
    if reporter.speaks_for_maker:
        return None
    if reporter.works_for_workshop and reporter.job_number.strip():
        return "professional"
    if reporter.possession_shown:
        return "owner"
    return "unverified"
