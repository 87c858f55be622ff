"""Trust in a member's word, as the last night left it."""

from __future__ import annotations

from accounts.models import User
from accounts.queries.community_rules import load
from wiki.rules.trust import TrustRules, trust_of


def trust_in(member: User | None, first: float) -> float:
    """Trust in a word of the member in a tier with this first trust; in nobody known it stays the first one."""
    return trust_of(0 if member is None else member.calibration, first, load(TrustRules))
