"""How alike texts are: the cosine of their words' weights (TF-IDF), among a bounded set of candidates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

MOST_CANDIDATES = 500
"""Texts compared at once: the weights of 500 complaints take about 20 MB."""
ALIKE = 0.2
"""The cosine from which two complaints probably tell of one symptom; below it they share ordinary words only."""


def similarities(asked: Sequence[Sequence[str]], candidates: Sequence[Sequence[str]]) -> list[float]:
    """The cosine (0 to 1) of each candidate with the sum of the texts asked for, all given as stems.

    Weights are (1 + ln tf) · ln(1 + n / df) with the document frequencies of the candidates and the asked texts (after
    Manning, Raghavan, Schütze, Introduction to Information Retrieval, 6.4, "ltc"; the 1 leaves a little weight to words
    that every text has, else ten equal complaints would be told apart by their reference numbers). A text without
    words is like nothing: 0. Raises ValueError above MOST_CANDIDATES.
    """
    if len(candidates) > MOST_CANDIDATES:
        raise ValueError(f"{len(candidates)} candidates are more than {MOST_CANDIDATES}.")
    texts = [Counter(text) for text in (*asked, *candidates)]
    if not asked or not candidates:
        return [0.0] * len(candidates)
    known = sorted(set().union(*texts[: len(asked)]))
    place = {word: index for index, word in enumerate(known)}
    frequency: Counter[str] = Counter()
    for text in texts:
        frequency.update(text.keys())
    rarity = {word: float(np.log(1 + len(texts) / count)) for word, count in frequency.items()}
    # Words that only candidates use add nothing to the product and all to the length, so they need no column.
    shared = np.zeros((len(texts), len(known)))
    lengths = np.zeros(len(texts))
    for row, text in enumerate(texts):
        for word, count in text.items():
            weight = (1 + float(np.log(count))) * rarity[word]
            lengths[row] += weight * weight
            if word in place:
                shared[row, place[word]] = weight
    lengths = np.sqrt(lengths)
    unit = np.divide(shared, lengths[:, None], out=np.zeros_like(shared), where=lengths[:, None] > 0)
    centre = unit[: len(asked)].sum(axis=0)
    length = float(np.linalg.norm(centre))
    if length == 0:
        return [0.0] * len(candidates)
    return [float(value) for value in np.clip(unit[len(asked) :] @ (centre / length), 0.0, 1.0)]
