"""Sums and maxima along the product tree."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wiki.monitor.forest import Forest


@st.composite
def forests(draw):
    """Any forest in the order of a walk: a node stands below one of those on the way to the node before it."""
    parent, way = [], []
    for node in range(draw(st.integers(1, 25))):
        depth = draw(st.integers(0, len(way)))
        parent.append(way[depth - 1] if depth else -1)
        way = [*way[:depth], node]
    size = len(parent)
    return Forest(np.array(parent), np.arange(size), np.zeros(size, int), ("year",) * size)


def below(forest, node):
    found = [node]
    for child in range(forest.size):
        if forest.parent[child] == node:
            found += below(forest, child)
    return sorted(found)


@given(forests(), st.integers(0, 2**32 - 1))
def test_sums_and_maxima_are_those_of_all_nodes_below_and_above(forest, seed):
    values = np.random.default_rng(seed).integers(-9, 9, (forest.size, 2)).astype(float)
    sums, highest, above = forest.below(values), forest.highest_below(values), forest.highest_above(values)
    marks = forest.inherited(values > 5)
    for node in range(forest.size):
        inside, way = below(forest, node), forest.above(node)
        assert np.array_equal(sums[node], values[inside].sum(0))
        assert np.array_equal(highest[node], values[inside].max(0))
        assert np.array_equal(above[node], values[way].max(0) if way else [-np.inf, -np.inf])
        assert np.array_equal(marks[node], (values[[node, *way]] > 5).any(0))
        assert sorted(forest.line(node).tolist()) == sorted({*inside, *way})
        for other in range(forest.size):
            assert forest.on_one_line(node, other) == (other in inside or other in way)
