"""Which tier an outcome is reported in."""

import pytest

from wiki.rules.tiers import Reporter, tier_of


@pytest.mark.parametrize(
    ("reporter", "tier"),
    [
        (Reporter(), "unverified"),
        (Reporter(possession_shown=True), "owner"),
        (Reporter(works_for_workshop=True, job_number="J-1"), "professional"),
        (Reporter(works_for_workshop=True, job_number="  "), "unverified"),
        (Reporter(works_for_workshop=True, possession_shown=True), "owner"),
        (Reporter(job_number="J-1"), "unverified"),
        (Reporter(works_for_workshop=True, job_number="J-1", possession_shown=True), "professional"),
        (Reporter(speaks_for_maker=True, possession_shown=True), None),
        (Reporter(speaks_for_maker=True, works_for_workshop=True, job_number="J-1"), None),
    ],
)
def test_what_is_known_of_the_person_decides_the_tier(reporter, tier):
    assert tier_of(reporter) == tier
