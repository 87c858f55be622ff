"""`python -m benchmarks.monitor [--seeds 1-4] [--json]`: what the monitor sees before the recall, and what it costs.

The project's own detector, not a copy, in the simulated worlds of outbreaks beside the project, held against all
built-in rivals at 0.1 false alarms per 1,000 series-weeks; where those are missing, in a small world of our own. Then
one weekly look over 100,000 series: on the site that is a replay of everything on record.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.outbreaks import SiteDetector
from benchmarks.report import machine, peak_rss_mb
from benchmarks.small_outbreaks import RIVALS, contest
from wiki.monitor.detector import Columns
from wiki.monitor.forest import Forest
from wiki.monitor.replay import Replay
from wiki.rules.emergence import MonitorRules

SIMULATOR = Path(__file__).resolve().parents[2] / "shared" / "simulators" / "outbreak_world.py"
RATE = 0.1
OURS = "Fixlore"
SERIES, COMPONENTS, YEARS_ON_RECORD = 100_000, 20, 6


def seeds_of(text: str) -> list[int]:
    """'1-4', '3' or '1,4-6'."""
    spans = [[int(end) for end in part.split("-")] for part in text.split(",")]
    return [seed for span in spans for seed in range(span[0], span[-1] + 1)]


def the_large_contest(seeds: list[int]) -> dict[str, dict[str, float | None]]:
    """Every detector in the worlds beside the project."""
    spec = importlib.util.spec_from_file_location("outbreak_world", SIMULATOR)
    assert spec is not None and spec.loader is not None
    simulator = importlib.util.module_from_spec(spec)
    sys.modules["outbreak_world"] = simulator
    spec.loader.exec_module(simulator)
    worlds = [simulator.World(seed) for seed in seeds]
    found = {}
    for name, factory in ({OURS: SiteDetector} | simulator.BUILT_IN).items():
        [result] = simulator.evaluate(name, factory, worlds, (RATE,))
        found[name] = {
            "detected_before_recall": result.detected,
            "median_lead_weeks": result.median_lead,
            "exact_node": result.exact_node,
            "median_delay_weeks": result.median_delay,
            "by_chance": result.by_chance,
            "threshold": result.threshold,
            "cpu_seconds_a_world": result.cpu_seconds,
        }
    return found


def cost() -> dict[str, float]:
    """Processor seconds of a look at six years of 100,000 series: models of 3 generations of 5 years."""
    models = SERIES // COMPONENTS // 19
    parent, anchor, level = [], [], []
    for _ in range(models):
        model = len(parent)
        parent.append(-1)
        level.append("model")
        for _ in range(3):
            generation = len(parent)
            parent.append(model)
            level.append("generation")
            parent += [generation] * 5
            level += ["year"] * 5
        anchor += [model] * 19
    forest = Forest(np.array(parent), np.array(anchor), np.zeros(len(parent), int), tuple(level))
    rng = np.random.default_rng(0)
    years = np.array([name == "year" for name in level])
    mix = rng.dirichlet(np.ones(COMPONENTS)) * np.exp(rng.normal(0, 0.4, (len(parent), COMPONENTS)))
    rate = 4 * rng.gamma(0.5, 2, (len(parent), 1)) * mix * years[:, None]
    replay = Replay(forest, Columns(np.full(COMPONENTS, -1)), MonitorRules())
    begin = time.process_time()
    weeks = YEARS_ON_RECORD * 52
    for _ in replay.run(rng.poisson(rate).astype(float) for _ in range(weeks)):
        pass
    found = replay.found()
    seconds = time.process_time() - begin
    return {
        "series": forest.size * COMPONENTS,
        "weeks_on_record": weeks,
        "cpu_seconds_of_a_look": round(seconds, 1),
        "cpu_seconds_a_week": round(seconds / weeks, 3),
        "issues": len(found),
        "peak_rss_mb": peak_rss_mb(),
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.monitor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seeds", type=seeds_of, default=[1, 2, 3, 4], help="worlds, such as 1-4 (the default)")
    parser.add_argument("--no-cost", action="store_true", help="leave the 100,000 series out")
    options = parser.parse_args()
    paid = {} if options.no_cost else cost()
    is_large = SIMULATOR.exists()
    found = the_large_contest(options.seeds) if is_large else contest({OURS: SiteDetector} | RIVALS, options.seeds)
    ours = found.pop(OURS)
    report: dict[str, Any] = {
        "benchmark": "monitor",
        "machine": machine(),
        "seeds": options.seeds,
        "world": "outbreak_world" if is_large else "small world of our own",
        "false_alarms_per_1000_series_weeks": RATE,
        **ours,
        "rivals": found,
        "cost": paid,
    }
    if options.json:
        print(json.dumps(report))
        return
    print(f"{report['world']}, seeds {options.seeds}, {RATE} false alarms per 1,000 series-weeks")
    for name, figures in {OURS: ours, **found}.items():
        where = figures["exact_node"]
        print(
            f"{name:36} detected {figures['detected_before_recall']:6.1%}"
            f"  lead {figures['median_lead_weeks']:5.1f} weeks"
            f"  exact node {'-' if where is None else f'{where:.1%}'}"
        )
    for name, value in paid.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
