"""A small world of reports: one model with two generations of three years each, four components, an excess or none."""

import numpy as np

from wiki.monitor.detector import Columns
from wiki.monitor.forest import Forest

PARENT = np.array([-1, 0, 1, 1, 1, 0, 5, 5, 5])
LEVEL = ("model", "generation", "year", "year", "year", "generation", "year", "year", "year")
YEARS = [2, 3, 4, 6, 7, 8]


def a_forest() -> Forest:
    """The products, in the order of a walk."""
    return Forest(PARENT, np.zeros(9, int), np.zeros(9, int), LEVEL)


def some_columns(number: int = 4) -> Columns:
    """Systems without assemblies."""
    return Columns(np.full(number, -1))


def weeks_of_reports(
    *, seed: int, weeks: int = 200, excess_at=(), column: int = 1, onset: int = 150, ratio: float = 5.0
):
    """Weekly reports [node, column] of each year; from the onset some years run at the ratio in one column."""
    rng = np.random.default_rng(seed)
    rate = np.zeros((9, 4))
    rate[YEARS] = rng.uniform(0.3, 1.2, (6, 4))
    for week in range(weeks):
        now = rate.copy()
        if week >= onset:
            now[list(excess_at), column] *= ratio
        yield rng.poisson(now).astype(float)
