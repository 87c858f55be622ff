"""The first guess on a fix that nobody verified has seen work: how often fixes of its price class prove right.

What a fix costs against the official path says something before anybody has tried it: inventing fixes that cost next to
nothing is the cheapest way to lead a list. The site learns the share from verified outcomes, class by class, and the
guess is lowered where a class has done worse than fixes do on the whole; it is never raised. Verified success gives
a fix the common first guess back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import fields

from wiki.rules.judgement import Judgement

CLASSES = ("tiny", "small", "modest", "middling", "large", "dear")
EDGES = (0.0125, 0.025, 0.05, 0.1, 0.2)  # shares of the official path at which the next class begins
MOST_PER_FIX = 3.0  # reports; so that much-tried fixes do not speak for all of their class
LEAST_FIXES = 200  # fixes with verified outcomes before anything is fitted to them
STEP = 0.05  # shares are set in twentieths
FIRST_REPORTS = 10.0  # how many reports the common share is worth in a class, and the first guess in the common share


def price_class(cost: float, official: float) -> str:
    """The class of a fix by its posted cost as a share of the official path's, both in one currency."""
    return CLASSES[bisect_right(EDGES, cost / official)]


def first_guess(price: float | None, official: float | None, verified_success: float, rules: Judgement) -> float:
    """The chance of a fix before any evidence on it; the common one where a price is not known.

    `verified_success` is the weight of verified successes, trust included: it gives the common guess back, bit by bit,
    so that a success never lowers a chance and an account nobody trusts restores little.
    """
    if price is None or not official:
        return rules.mean_community
    share: float = getattr(rules, f"share_{price_class(price, official)}")
    if verified_success > 0:
        share += (1 - share) * min(1.0, verified_success / rules.restoring_success)
    return rules.mean_community * min(1.0, share)


def official_yardstick(costs: Iterable[float], rules: Judgement) -> float | None:
    """The posted cost of the cheapest official remedy with what its misses cost on a first guess; None without one."""
    cheapest = min(costs, default=None)
    return None if cheapest is None else cheapest * (1 + rules.paid_again * (1 - rules.mean_official))


def fitted(tallies: Iterable[tuple[str, float, float]], rules: Judgement) -> dict[str, float]:
    """The shares that verified outcomes suggest, by the name of the rule.

    `tallies` are (price class, verified successes, verified failures) of every fix, wherever it was tried. A share is
    the success of the class against that of all other classes, both shrunk to what they would be without reports.
    """
    sums = {name: [0.0, 0.0] for name in CLASSES}
    for name, success, failure in tallies:
        number = success + failure
        if number > 0:
            weight = min(1.0, MOST_PER_FIX / number)
            sums[name][0] += weight * success
            sums[name][1] += weight * failure
    good, bad = (sum(pair[place] for pair in sums.values()) for place in (0, 1))
    shares = {}
    for name, (success, failure) in sums.items():
        others = good - success, bad - failure  # without itself, lest a flooded class lower what it is held against
        common = (FIRST_REPORTS * rules.mean_community + others[0]) / (FIRST_REPORTS + sum(others))
        chance = (FIRST_REPORTS * common + success) / (FIRST_REPORTS + success + failure)
        shares[f"share_{name}"] = min(1.0, chance / common)
    known = {rule.name for rule in fields(rules)}
    assert set(shares) <= known
    return shares
