"""A list that covers what a text may be about: the likeliest component first, then the next, each by its best match.

Santos, Macdonald and Ounis 2010 (xQuAD): what is picked next weighs its own match against the chance that it covers
what nothing above it does. A wrong guess costs the first place, not the first five.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

SHARE = 0.7
"""What covering counts beside matching: the least that reaches its target on the half of the questions of
`python -m benchmarks.duplicates` that is for choosing."""

LONGEST = 10
"""Places that are spread; the rest follows by its match."""


def spread(
    relevance: Mapping[int, float],
    about: Mapping[int, Collection[str]],
    chances: Mapping[str, float],
    *,
    first: int | None = None,
    share: float = SHARE,
) -> list[int]:
    """Everything of `relevance` (any positive scores) in order, the best first; equals by their number.

    `about` are the components of those that have any, `chances` what the text asked about is likely about (0 to 1
    each). `first` is one that stands first in any case. Without chances the order is that of the relevance.
    """
    best = max(relevance.values(), default=0.0)
    if best <= 0:
        return sorted(relevance)
    matching = {number: score / best for number, score in relevance.items()}
    left = dict(chances)
    found: list[int] = []

    def worth(number: int) -> float:
        covered = sum(left.get(component, 0.0) for component in about.get(number, ()))
        return (1 - share) * matching[number] + share * covered

    while matching and len(found) < LONGEST:
        number = first if first in matching and not found else max(matching, key=lambda one: (worth(one), -one))
        found.append(number)
        del matching[number]
        for component in about.get(number, ()):
            left[component] = 0.0
    return [*found, *sorted(matching, key=lambda one: (-matching[one], one))]
