"""How much of the possible saving the project's own ranking captures, honest and under attack.

python -m benchmarks.judgement [--json] [--seeds 1000-1007] [--problems 200] [--visits 120] [--jobs 2] [--without IDEA]

Owners of a simulated world follow the plan that `wiki.rules` makes (`benchmarks.plan_ranker`), beside the oracle, the
official path first and the cheapest fix first. Saving captured = (official first - ranker) / (official first - oracle)
on the means over the seeds. The worlds are those beside the project (simulators/plan_world.py; FIXLORE_SHARED_DATA
names their neighbour, the data folder); without them a small world of our own serves. The small size is the default;
--problems 200 is the size of the published figures.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bought_opinion import accounts_to_flip
from benchmarks.plan_ranker import GUESSES, IDEAS, TRUST, PlanRanker, rules_without
from benchmarks.report import machine

NAMES = {"clean": "clean", "shills20": "shills20", "shills20x3": "shills20x3", "shills20x3+attacks": "attacks"}
PROMPTED = 20  # owners asked about each remedy for the coverage


@dataclass(frozen=True)
class Job:
    """One world to run."""

    scenario: str
    seed: int
    problems: int
    visits: int
    without: tuple[str, ...]


def load_worlds() -> Any:
    """The module of the large worlds, or of the small one."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("FIXLORE_SHARED_DATA") or beside).parent / "simulators"
    if (folder / "plan_world.py").is_file():
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
        return importlib.import_module("plan_world")
    return importlib.import_module("benchmarks.small_world")


def measure(job: Job) -> dict[str, Any]:
    """Mean cost per ranker in one world, and what ours knew at the end."""
    worlds = load_worlds()
    scenario = worlds.SCENARIOS[job.scenario]
    world = worlds.World(
        job.seed, scenario.shills, scenario.activity, scenario.attacks, problems=job.problems, visits=job.visits
    )
    ours = PlanRanker(job.without)
    begun = time.process_time()
    cost = {"fixlore": float(worlds.simulate(world, ours).mean())}
    seconds = time.process_time() - begun
    for name, ranker in (
        ("oracle", worlds.Oracle(world)),
        ("official-first", worlds.OfficialFirst()),
        ("cheapest-first", worlds.CheapestFirst()),
    ):
        cost[name] = float(worlds.simulate(world, ranker).mean())
    found: dict[str, Any] = {"cost": cost, "seconds": seconds, "coverage": _coverage(worlds, world, ours)}
    if world.members > worlds.HONEST_MEMBERS:
        found["shills"] = _shills(worlds, ours)
    return found


def _shills(worlds: Any, ranker: PlanRanker) -> dict[str, float]:
    """How well trust tells honest members from shills, and the shills' share of all weight before the caps."""
    trust = ranker.trusts()
    honest = np.array([value for member, value in trust.items() if member < worlds.HONEST_MEMBERS])
    shills = np.sort([value for member, value in trust.items() if member >= worlds.HONEST_MEMBERS])
    below = np.searchsorted(shills, honest, "left") + np.searchsorted(shills, honest, "right")
    weight = ranker.weights()
    total = sum(weight.values())
    paid = sum(value for member, value in weight.items() if member >= worlds.HONEST_MEMBERS)
    return {"auc": float(below.mean() / (2 * max(1, len(shills)))), "weight": paid / total}


def _coverage(worlds: Any, world: Any, ranker: PlanRanker) -> list[float]:
    """For how many held-out reports the 80 % interval holds, by the plan at the end: (weighted hits, weight).

    Held out are prompted owners whom the ranker has never heard of: of twenty at each variant who try a fix that
    somebody has reported on, how many succeed. The chance shown covers them where their share lies in its interval,
    allowing for the luck of twenty: the randomised rank in the beta-binomial of the interval lies between .1 and .9.
    """
    from scipy.stats import betabinom

    chance = np.random.default_rng([world.problems, world.visits])
    a, b, drawn, weight = [], [], [], []
    visits = np.bincount(world.visit_leaf, minlength=worlds.LEAVES) / len(world.visit_leaf)
    for problem in range(world.problems):
        listed = [number for number, remedy in ranker.remedies[problem].items() if remedy.kind == "community"]
        for leaf in range(worlds.LEAVES):
            causes = world.cause_chance[problem, leaf]
            for item in ranker.weighed(problem, leaf, listed):
                if not item.chance.tried:
                    continue
                true = [world.success_chance(problem, item.remedy.key, cause) for cause in range(len(causes))]
                beta = item.chance.beta_shown(ranker.rules)
                a.append(beta[0])
                b.append(beta[1])
                drawn.append(chance.binomial(PROMPTED, float(causes @ true)))
                weight.append(visits[leaf])
    if not a:
        return [0.0, 0.0]
    low = betabinom.cdf(np.array(drawn) - 1, PROMPTED, a, b)
    high = betabinom.cdf(drawn, PROMPTED, a, b)
    rank = low + chance.random(len(low)) * (high - low)
    hit = (rank >= ranker.rules.interval_low) & (rank <= ranker.rules.interval_high)
    return [float(np.array(weight) @ hit), float(np.sum(weight))]


# ---------------------------------------------------------------- all worlds together


def summarise(results: Iterable[tuple[Job, dict[str, Any]]]) -> dict[str, Any]:
    """Means over the seeds, by scenario."""
    by_scenario: dict[str, list[dict[str, Any]]] = {}
    for job, found in results:
        by_scenario.setdefault(NAMES[job.scenario], []).append(found)
    figures: dict[str, Any] = {key: {} for key in ("saving_captured", "realised_cost", "shill_auc")}
    figures |= {"shill_weight_before_caps": {}, "coverage80": {}, "extra_cost": {}}
    for name, found in by_scenario.items():
        mean = {ranker: float(np.mean([one["cost"][ranker] for one in found])) for ranker in found[0]["cost"]}
        worst, best = mean["official-first"], mean["oracle"]
        figures["realised_cost"][name] = {ranker: round(cost, 1) for ranker, cost in mean.items()}
        figures["saving_captured"][name] = {
            ranker: round((worst - cost) / (worst - best), 4) for ranker, cost in mean.items()
        }
        hits, weight = np.sum([one["coverage"] for one in found], axis=0)
        figures["coverage80"][name] = round(float(hits / weight), 4) if weight else None
        if "shills" in found[0]:
            figures["shill_auc"][name] = round(float(np.mean([one["shills"]["auc"] for one in found])), 4)
            figures["shill_weight_before_caps"][name] = round(
                float(np.mean([one["shills"]["weight"] for one in found])), 4
            )
    clean = figures["realised_cost"].get("clean")
    for name, cost in figures["realised_cost"].items():
        if clean and name != "clean":
            figures["extra_cost"][name] = round(cost["fixlore"] / clean["fixlore"] - 1, 4)
    figures["seconds_per_world"] = round(
        float(np.mean([one["seconds"] for found in by_scenario.values() for one in found])), 1
    )
    return figures


def parse_seeds(text: str) -> list[int]:
    """`1000-1003,1007` as numbers."""
    bounds = [part.partition("-") for part in text.split(",")]
    return [seed for low, _, high in bounds for seed in range(int(low), int(high or low) + 1)]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judgement")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seeds", default="1000")
    parser.add_argument("--problems", type=int, default=12, help="200 for the published figures")
    parser.add_argument("--visits", type=int, default=120, help="per problem")
    parser.add_argument("--scenario", action="append", choices=list(NAMES), help="repeatable; all by default")
    parser.add_argument("--jobs", type=int, default=1, help="worlds run at the same time")
    parser.add_argument(
        "--without", action="append", default=[], choices=[*IDEAS, TRUST, GUESSES], help="leave an idea out"
    )
    parser.add_argument("--attempts", type=int, default=300, help="tries of the attacker that buys opinion")
    options = parser.parse_args()
    seeds, without = parse_seeds(options.seeds), tuple(options.without)
    jobs = [
        Job(scenario, seed, options.problems, options.visits, without)
        for seed in seeds
        for scenario in options.scenario or NAMES
    ]
    if options.jobs > 1:
        with ProcessPoolExecutor(options.jobs) as pool:
            results = list(zip(jobs, pool.map(measure, jobs), strict=True))
    else:
        results = [(job, measure(job)) for job in jobs]
    figures = summarise(results)
    figures["accounts_to_flip"] = accounts_to_flip(rules_without(without), attempts=options.attempts)
    report = {
        "benchmark": "judgement",
        "machine": machine(),
        "seed": options.seeds,
        "sizes": {
            "world": load_worlds().__name__,
            "problems": options.problems,
            "visits": options.visits,
            "without": list(without),
        },
        "figures": figures,
    }
    if options.json:
        json.dump(report, sys.stdout)
        print()
        return
    for name, value in figures.items():
        if not isinstance(value, dict):
            print(f"{name}: {value}")
            continue
        print(name)
        for key, part in value.items():
            print(f"  {key}: {part}")


if __name__ == "__main__":
    main()
