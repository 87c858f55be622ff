"""How a benchmark reports: one JSON object with the machine, the seed, the sizes and the figures."""

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Figures = dict[str, Any]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def peak_rss_mb() -> int:
    """The most memory that this process has held, in MB.

    The kernel's own mark of it begins anew with a program; what `getrusage` says is never below what the parent held
    when it started this process.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return round(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024)
    except (OSError, StopIteration):
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return round(used / (1024 * 1024 if sys.platform == "darwin" else 1024))


def milliseconds(asked: Sequence[Callable[[], object]]) -> dict[str, float]:
    """The CPU time of this process for each of the calls, median and 95th percentile."""
    spent = []
    for ask in asked:
        begun = time.process_time()
        ask()
        spent.append((time.process_time() - begun) * 1000)
    spent.sort()
    return {"median": round(statistics.median(spent), 2), "p95": round(spent[int(len(spent) * 0.95)], 2)}


def run(name: str, measure: Callable[[int], tuple[Figures, Figures]], *, small: int, seed: int = 0) -> None:
    """Read the command line, measure, and print: a table for people, or with --json one object.

    `measure` takes a size (`--size`, by default the small one) and returns the sizes that it used and its figures.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--size", type=int, default=small)
    options = parser.parse_args()
    sizes, figures = measure(options.size)
    report = {"benchmark": name, "machine": machine(), "seed": seed, "sizes": sizes, "figures": figures}
    if options.json:
        json.dump(report, sys.stdout)
        print()
        return
    for title, values in report.items():
        print(f"{title}: {values}" if not isinstance(values, dict) else title)
        if isinstance(values, dict):
            for key, value in values.items():
                print(f"  {key}: {value}")


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 (no path, a kernel's answer)
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
