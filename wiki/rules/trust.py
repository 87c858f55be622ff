"""How far a person's word is trusted: their claims held against the verified outcomes of others.

A claim is an outcome or a vote on a remedy. It scores the logarithm of how much likelier it was to people who know
the remedy (the verified outcomes of others, at the claim's own place in the product tree) than to people who do not.
Those who do not are taken to say the usual of such remedies, or, where the crowd contradicts the verified by more
than chance allows, what that crowd says. Who tells the truth gains on average whatever the others say, since the
mean of log p(y)/r(y) under p is never negative (Gibbs); who repeats a false crowd loses.

Trust and crowd depend on each other, so they are worked out in turn, from the first trust on, in two passes: the
first suspects every difference between crowd and verified, which finds the side that is bought even where some
verified accounts are; the second counts only differences beyond chance, so that honest people are not charged for
small numbers. The result depends on the claims alone, not on their order nor on the night before.

Log score: Good 1952; Gneiting & Raftery 2007. Scores are kept in tenths, the points of the calibration ledger.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiki.rules.judgement import TIERS, VERIFIED, Judgement, Kind, Tier

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

POINTS_PER_NAT = 10
"""Points of the ledger for a factor of e in the odds."""
VOTE = TIERS.index("vote")
SURE = 0.03  # no chance is held for surer than this, so that one claim never says everything
KIND_REPORTS = 10.0  # how many reports the first guess on a kind of remedy is worth


def _number(default: float, unit: str, text: str, least: float = 0) -> float:
    value: float = field(default=default, metadata={"unit": unit, "help": text, "least": least})
    return value


def _whole(default: int, unit: str, text: str, least: int = 0) -> int:
    value: int = field(default=default, metadata={"unit": unit, "help": text, "least": least})
    return value


@dataclass(frozen=True, slots=True)
class TrustRules:
    """The constants of trust, as the community has set them."""

    least_verified: float = _number(3.0, "reports", "Weighted verified outcomes by others before a claim is scored.")
    gain: float = _number(0.7, "factor", "What the score of a claim is multiplied by.")
    clip: float = _number(1.0, "nats", "Most that one claim scores before that factor, up or down.")
    kind_weight: float = _number(
        2.0, "reports", "What the usual chance of such remedies weighs beside the verified outcomes.", 0.01
    )
    crowd_weight: float = _number(
        6.0, "claims", "What the usual chance weighs beside the claims of the distrusted.", 0.01
    )
    crowd_sigmas: float = _number(
        2.5, "sigmas", "From this difference on the crowd is taken to contradict the verified."
    )
    suspicious_rounds: int = _whole(10, "rounds", "Rounds of the first pass, in which every difference counts.")
    settling_rounds: int = _whole(2, "rounds", "Rounds of the second pass, in which only clear differences count.", 1)
    vote_base: float = _number(0.35, "probability", "Chance of a vote up on a remedy that never works.")
    vote_slope: float = _number(0.45, "probability", "How much likelier a vote up is on one that always works.")
    lowest: float = _number(0.02, "probability", "Least trust in anybody.")
    highest: float = _number(0.98, "probability", "Most trust in anybody.")
    outcomes_per_workshop: int = _whole(
        3, "outcomes", "Most outcomes of one organisation that count for a remedy in a month."
    )
    change: int = _whole(
        1, "points", "A claim that has points already is corrected once they are off by more than this."
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """One outcome or vote on a remedy. `person` is who made it, `house` who counts as one with them (a workshop).

    `success` is 1 for worked or up, ½ for partly, 0 otherwise. `weight` is unit × decay, without trust. `path` is the
    product node with its ancestors, root first.
    """

    person: Hashable
    remedy: Hashable
    kind: Kind
    tier: Tier
    success: float
    path: Sequence[Hashable]
    weight: float
    house: Hashable = None


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims as columns. Persons and remedies are numbered by first appearance; `persons` and `remedies` name them.

    `nodes` and `own_nodes` are [claim, depth]: the number of the place (remedy and node) and of the house's own share
    of it, -1 below the claim's node. `first_trust` is t0 of each claim's tier, `best_trust` of each person's best tier.
    """

    persons: tuple[Hashable, ...]
    remedies: tuple[Hashable, ...]
    person: Whole
    remedy: Whole
    official: Flags
    tier: Whole
    success: Floats
    weight: Floats
    nodes: Whole
    own_nodes: Whole
    first_trust: Floats
    best_trust: Floats

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a night found. Per claim: `points`, the verified outcomes of others on its remedy (`others`, and how many
    of them sided with it, `agreeing`), whether the crowd contradicted them (`crowd`) and whether it was scored.
    Per person: `score` (the sum of points) and `trust` at their best tier.
    """

    points: Whole
    scored: Flags
    others: Whole
    agreeing: Whole
    crowd: Flags
    score: Whole
    trust: Floats


def trust_of(score: float, first: float, rules: TrustRules) -> float:
    """Trust from a person's points and the first trust of the tier they speak in: sigmoid(logit t0 + Σ score)."""
    log_odds = math.log(first / (1 - first)) + score / POINTS_PER_NAT
    return min(rules.highest, max(rules.lowest, 1 / (1 + math.exp(-min(500.0, max(-500.0, log_odds))))))


def columns(claims: Iterable[Claim], judgement: Judgement) -> Claims:
    """Claims as columns, in their order."""
    rows = list(claims)
    person, persons = _numbered([row.person for row in rows])
    remedy, remedies = _numbered([row.remedy for row in rows])
    depth = max((len(row.path) for row in rows), default=0)
    places: dict[Any, int] = {}
    owned: dict[Any, int] = {}
    nodes = np.full((len(rows), depth), -1, np.int64)
    own_nodes = np.full((len(rows), depth), -1, np.int64)
    for index, row in enumerate(rows):
        house = row.person if row.house is None else row.house
        for level, node in enumerate(row.path):
            place = places.setdefault((row.remedy, node), len(places))
            nodes[index, level] = place
            own_nodes[index, level] = owned.setdefault((place, house), len(owned))
    tier = np.array([TIERS.index(row.tier) for row in rows], np.int64)
    first = np.array([judgement.first_trust(name) for name in TIERS])[tier] if rows else np.zeros(0)
    best = np.zeros(len(persons))
    np.maximum.at(best, person, first)
    return Claims(
        persons=persons,
        remedies=remedies,
        person=person,
        remedy=remedy,
        official=np.array([row.kind == "official" for row in rows], bool),
        tier=tier,
        success=np.array([row.success for row in rows], float),
        weight=np.array([row.weight for row in rows], float),
        nodes=nodes,
        own_nodes=own_nodes,
        first_trust=first,
        best_trust=best,
    )


def calibrate(claims: Claims, rules: TrustRules, judgement: Judgement) -> Calibration:
    """Score every claim and everybody's trust. Deterministic; O(claims × depth × rounds)."""
    people = len(claims.persons)
    points = np.zeros(len(claims), np.int64)
    scored = crowd = np.zeros(len(claims), bool)
    if len(claims):
        field_of_play = _Field(claims, rules, judgement)
        trust = claims.first_trust
        gates = [0.0] * rules.suspicious_rounds + [rules.crowd_sigmas] * max(1, rules.settling_rounds)
        for gate in gates:
            points, scored, crowd = field_of_play.score(trust, gate)
            score = np.bincount(claims.person, points, people)
            trust = _trust(score[claims.person], claims.first_trust, rules)
        others, agreeing = field_of_play.witnesses()
    else:
        others = agreeing = points
    score = np.bincount(claims.person, points, people)
    return Calibration(
        points=points,
        scored=scored,
        others=others,
        agreeing=agreeing,
        crowd=crowd,
        score=score.astype(np.int64),
        trust=_trust(score, claims.best_trust, rules),
    )


def _numbered(names: Sequence[Hashable]) -> tuple[Whole, tuple[Hashable, ...]]:
    numbers: dict[Hashable, int] = {}
    order = np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
    return order, tuple(numbers)


def _trust(score: Floats | Whole, first: Floats, rules: TrustRules) -> Floats:
    log_odds = np.log(first / (1 - first)) + score / POINTS_PER_NAT
    trust: Floats = np.clip(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))), rules.lowest, rules.highest)
    return trust


class _Field:
    """The claims of a night with what does not change from round to round."""

    def __init__(self, claims: Claims, rules: TrustRules, judgement: Judgement) -> None:
        self.claims, self.rules, self.judgement = claims, rules, judgement
        self.vote = claims.tier == VOTE
        self.verified = np.isin(claims.tier, [TIERS.index(name) for name in VERIFIED])
        self.verified_weight = np.where(self.verified, claims.weight, 0.0)
        self.level_strength = judgement.level_strength

    def score(self, trust: Floats, gate: float) -> tuple[Whole, Flags, Flags]:
        """Points of every claim, whether it was scored, and whether the crowd contradicts the verified there."""
        claims, rules = self.claims, self.rules
        weight = self.verified_weight * trust
        s, f = self._by_others(0, weight)
        usual = self._usual(weight)
        scored = s + f >= rules.least_verified
        at_root = _held((s + rules.kind_weight * usual) / (s + f + rules.kind_weight))
        here = self._said(_held(self._at_own_level(weight, usual)))
        uninformed = self._said(usual)
        said = self._said(at_root)
        spread = said * (1 - said) / (s + f + rules.kind_weight + 1)
        spread = np.where(
            self.vote, at_root * (1 - at_root) / (s + f + rules.kind_weight + 1) * rules.vote_slope**2, spread
        )
        distrusted, number = self._distrusted(1 - trust, uninformed)
        sigmas = (distrusted - said) / np.sqrt(spread + distrusted * (1 - distrusted) / number)
        crowd = np.abs(sigmas) > gate
        otherwise = _held(np.where(crowd, distrusted, uninformed))
        gain = claims.success * np.log(here / otherwise) + (1 - claims.success) * np.log((1 - here) / (1 - otherwise))
        nats = rules.gain * np.clip(gain, -rules.clip, rules.clip)
        points = np.where(scored, np.rint(POINTS_PER_NAT * nats), 0).astype(np.int64)
        return points, scored, crowd & scored

    def witnesses(self) -> tuple[Whole, Whole]:
        """How many verified outcomes of others stand on each claim's remedy, and how many of them side with it."""
        success, failure = self._by_others(0, self.verified.astype(float))
        agreeing = np.where(self.claims.success >= 0.5, success, failure)
        return np.rint(success + failure).astype(np.int64), np.rint(agreeing).astype(np.int64)

    def _said(self, chance: Floats) -> Floats:
        """The chance that somebody who knows the chance of the remedy speaks well of it: a vote is a weak echo."""
        return np.where(self.vote, self.rules.vote_base + self.rules.vote_slope * chance, chance)

    def _by_others(self, level: int, weight: Floats) -> tuple[Floats, Floats]:
        """Verified successes and failures of others in the subtree at each claim's node of a level; 0 below its own."""
        claims = self.claims
        node, own = claims.nodes[:, level], claims.own_nodes[:, level]
        inside = node >= 0
        totals = []
        for share in (claims.success, 1 - claims.success):
            amount = np.where(inside, weight * share, 0.0)
            everybody = np.bincount(np.where(inside, node, 0), amount)[node]
            house = np.bincount(np.where(inside, own, 0), amount)[own]
            totals.append(np.where(inside, np.maximum(everybody - house, 0.0), 0.0))
        return totals[0], totals[1]

    def _usual(self, weight: Floats) -> Floats:
        """The verified mean of all remedies of each claim's kind."""
        usual = np.zeros(len(self.claims))
        for official, mean in ((False, self.judgement.mean_community), (True, self.judgement.mean_official)):
            kind = self.claims.official == official
            good = float((weight * self.claims.success)[kind].sum())
            usual[kind] = (good + KIND_REPORTS * mean) / (float(weight[kind].sum()) + KIND_REPORTS)
        return _held(usual)

    def _at_own_level(self, weight: Floats, usual: Floats) -> Floats:
        """The chance at each claim's own node: carried down the tree as in `rules.chance`, verified outcomes only."""
        good, bad = self.rules.kind_weight * usual, self.rules.kind_weight * (1 - usual)
        s, f = self._by_others(0, weight)
        for level in range(1, self.claims.nodes.shape[1] + 1):
            last = level == self.claims.nodes.shape[1]
            below = (np.zeros_like(s), np.zeros_like(f)) if last else self._by_others(level, weight)
            good, bad = good + np.maximum(s - below[0], 0.0), bad + np.maximum(f - below[1], 0.0)
            if last:
                break
            shrink = np.minimum(1.0, self.level_strength / (good + bad))
            shrink = np.where(self.claims.nodes[:, level] >= 0, shrink, 1.0)
            good, bad = good * shrink, bad * shrink
            s, f = below
        return good / (good + bad)

    def _distrusted(self, distrust: Floats, uninformed: Floats) -> tuple[Floats, Floats]:
        """What those we distrust say of each claim's remedy, votes and outcomes apart, and how many claims that is."""
        claims, weight = self.claims, self.rules.crowd_weight
        share, number = np.zeros(len(claims)), np.zeros(len(claims))
        for same in (self.vote, ~self.vote):
            amount = np.where(same, distrust, 0.0)
            good = np.bincount(claims.remedy, amount * claims.success)[claims.remedy] - amount * claims.success
            whole = np.bincount(claims.remedy, amount)[claims.remedy] - amount
            share = np.where(same, (np.maximum(good, 0.0) + weight * uninformed) / (whole + weight), share)
            number = np.where(same, whole + weight, number)
        return share, number


def _held(chance: Floats) -> Floats:
    held: Floats = np.clip(chance, SURE, 1 - SURE)
    return held


def reason_of(*, points: int, agreeing: int, others: int, crowd: bool) -> str:
    """Why a claim has its points, as a sentence for everybody."""
    usual = "more" if points > 0 else "fewer" if points < 0 else "as many"
    than = "as" if points == 0 else "than"
    words = f"{agreeing} of {others} verified outcomes by others say the same, {usual} {than} is usual of such remedies"
    if crowd and points:
        words += "; a crowd says otherwise" if points > 0 else "; a crowd repeats what they contradict"
    return f"{words}."
