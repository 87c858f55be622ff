"""How well trust tells honest people from bought ones, what each idea of it is worth, and what a night costs.

python -m benchmarks.trust [--json] [--size problems of each world; the published figures have 200]

In the simulated worlds of `benchmarks.judgement` owners follow the list "cheapest first", which learns nothing, so that
what is said does not depend on the trust under test. All claims of a world are then judged at once, as in one night.
"verified" lets so many of the shills' accounts be verified owners beyond those of the world; "camouflaged" lets so many
of their claims be honest ones.
"""

import time
from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import rankdata

from benchmarks.report import Figures, run
from wiki.rules.judgement import Judgement, Tier
from wiki.rules.trust import POINTS_PER_NAT, Calibration, Claim, Claims, TrustRules, calibrate, columns

SEEDS = (1000, 1001)
VISITS = 120
NEVER = 1e9

# Each idea switched off by itself.
VARIANTS: Mapping[str, TrustRules] = {
    "as it is": TrustRules(),
    "against the usual only": TrustRules(crowd_sigmas=NEVER, suspicious_rounds=0),
    "against the usual, one round": TrustRules(crowd_sigmas=NEVER, suspicious_rounds=0, settling_rounds=1),
    "only clear differences": TrustRules(suspicious_rounds=0),
    "every difference": TrustRules(crowd_sigmas=0),
}


def shill_figures(
    claims: Claims, calibration: Calibration, shills: Collection[Hashable], *, rules: TrustRules, judgement: Judgement
) -> dict[str, float]:
    """The area under the curve of trust, honest against shill, and the shills' share of all weight before caps.

    `shills` are names of persons. The curve is over everybody who made a claim: the chance that an honest person is
    trusted more than a shill, ties half. The weight of a claim is unit × the trust of its tier. For comparison the
    same with every trust at its first value.
    """
    shill = np.array([person in shills for person in claims.persons], bool)
    first = claims.first_trust
    log_odds = np.log(first / (1 - first)) + calibration.score[claims.person] / POINTS_PER_NAT
    now = np.clip(1 / (1 + np.exp(-log_odds)), rules.lowest, rules.highest)
    return {
        "shill_auc": area_under_curve(calibration.trust, shill),
        "shill_auc_untrained": area_under_curve(claims.best_trust, shill),
        "shill_weight_before_caps": _share(claims, now, shill),
        "shill_weight_untrained": _share(claims, first, shill),
        "honest_trust": float(calibration.trust[~shill].mean()),
        "shill_trust": float(calibration.trust[shill].mean()) if shill.any() else float("nan"),
        "honest_below_a_fifth": float((calibration.trust[~shill] < 0.2).mean()),
    }


def area_under_curve(trust: np.ndarray, shill: np.ndarray) -> float:
    """The chance that a random honest person is trusted more than a random shill, ties counted half."""
    honest, bought = int((~shill).sum()), int(shill.sum())
    if not honest or not bought:
        return float("nan")
    ranks = rankdata(trust)
    return float((ranks[~shill].sum() - honest * (honest + 1) / 2) / (honest * bought))


def _share(claims: Claims, trust: np.ndarray, shill: np.ndarray) -> float:
    weight = claims.weight * trust
    return float(weight[shill[claims.person]].sum() / weight.sum())


def measure(size: int) -> tuple[Figures, Figures]:
    """Judge the claims of several worlds with each idea on and off."""
    from benchmarks.judgement import load_worlds

    worlds = load_worlds()
    settings: dict[str, dict[str, Any]] = {
        "clean": {"scenario": "clean"},
        "shills20": {"scenario": "shills20"},
        "shills20x3": {"scenario": "shills20x3"},
        "attacks": {"scenario": "shills20x3+attacks"},
        "shills20x3, a fifth of them verified": {"scenario": "shills20x3", "verified": 0.2},
        "shills20x3, half of their claims honest": {"scenario": "shills20x3", "camouflaged": 0.5},
    }
    figures: dict[str, Any] = {}
    for name, setting in settings.items():
        found: dict[str, list[dict[str, float]]] = {}
        for seed in SEEDS:
            rows, shills = _claims(worlds, seed=seed, size=size, **setting)
            begun = time.process_time()
            claims = columns(rows, Judgement())
            reading = time.process_time() - begun
            for variant, rules in VARIANTS.items():
                begun = time.process_time()
                calibration = calibrate(claims, rules, Judgement())
                seconds = {"claims": len(rows), "s_columns": reading, "s_calibrate": time.process_time() - begun}
                one = shill_figures(claims, calibration, shills, rules=rules, judgement=Judgement())
                found.setdefault(variant, []).append(one | seconds)
        figures[name] = {
            variant: {key: round(float(np.mean([one[key] for one in many])), 3) for key in many[0]}
            for variant, many in found.items()
        }
    return {"problems": size, "visits": VISITS, "seeds": SEEDS, "world": worlds.__name__}, figures


class _Listener:
    """The list "cheapest first", and everything that was said."""

    def __init__(self, cheapest: Any) -> None:
        self.cheapest = cheapest
        self.events: list[Any] = []

    def start(self, problems: Any, *rest: Any) -> None:
        self.kinds = {(problem.id, remedy.id): remedy.kind for problem in problems for remedy in problem.remedies}
        self.cheapest.start(problems, *rest)

    def order(self, *asked: Any) -> Any:
        return self.cheapest.order(*asked)

    def observe(self, event: Any) -> None:
        self.events.append(event)

    def nightly(self) -> None:
        return


def _claims(
    worlds: Any, *, seed: int, size: int, scenario: str, verified: float = 0.0, camouflaged: float = 0.0
) -> tuple[list[Claim], set[int]]:
    """Everything that was said in a world, and who in it is a shill."""
    said = worlds.SCENARIOS[scenario]
    world = worlds.World(seed, said.shills, said.activity, said.attacks, problems=size, visits=VISITS)
    listener = _Listener(worlds.CheapestFirst())
    worlds.simulate(world, listener)
    shills = set(range(worlds.HONEST_MEMBERS, world.members))
    chance = np.random.default_rng(seed)
    bought = {shill for shill in shills if chance.random() < verified}
    judgement = Judgement()
    rows = []
    for event in listener.events:
        tier: Tier = "vote" if event.kind == "vote" else "owner" if event.member in bought else event.tier
        rows.append(
            Claim(
                person=event.member,
                remedy=(event.problem, event.remedy),
                kind=listener.kinds[event.problem, event.remedy],
                tier=tier,
                success=float(event.worked),
                path=worlds.product_path(event.leaf),
                weight=judgement.unit(tier),
            )
        )
    return _camouflaged(rows, shills, camouflaged, chance) if camouflaged else rows, shills


def _camouflaged(rows: list[Claim], shills: set[int], share: float, chance: Any) -> list[Claim]:
    """The same where shills say of some remedies what verified owners say, to be trusted where they lie."""
    good: dict[Hashable, list[float]] = {}
    for row in rows:
        if row.tier in ("owner", "professional") and row.person not in shills:
            good.setdefault(row.remedy, []).append(row.success)
    rules = TrustRules()

    def honest(row: Claim) -> float:
        known = good.get(row.remedy, [])
        q = (sum(known) + 0.5) / (len(known) + 2)
        return float(chance.random() < (rules.vote_base + rules.vote_slope * q if row.tier == "vote" else q))

    return [
        replace(row, success=honest(row)) if row.person in shills and chance.random() < share else row for row in rows
    ]


if __name__ == "__main__":
    run("trust", measure, small=40)
