"""What reports of one component speak of: terms that tell them from others, symptoms within, the most central ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wiki.rules.telling import Floats, telling

MOST_TERMS = 8
TERMS_OF_A_CLUSTER = 3
MOST_CLUSTERS = 4
REPORTS_OF_A_CLUSTER = 8  # fewer say nothing of a symptom of its own
DISTINCT = 0.04  # mean silhouette from which clusters are told apart at all
TELLS = 1.96  # z-score
CENTRAL = 3
_FEWEST_LETTERS = r"(?u)\b[^\W\d_]{3,}\b"
_EMPTY = frozenset(
    {"vehicle", "vehicles", "car", "cars", "consumer", "contact", "owner", "mileage", "miles", "updated"}
)


@dataclass(frozen=True)
class Cluster:
    """A symptom within a component: its most telling terms, and the places of its reports."""

    terms: tuple[str, ...]
    members: tuple[int, ...]


@dataclass(frozen=True)
class Symptoms:
    """What some texts speak of; `terms` are (term, z-score), `central` the places of the most central texts."""

    terms: tuple[tuple[str, float], ...] = ()
    clusters: tuple[Cluster, ...] = ()
    central: tuple[int, ...] = ()


def symptoms_of(texts: Sequence[str], others: Sequence[str]) -> Symptoms:
    """What the texts speak of, held against others. The same texts give the same answer."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer, TfidfTransformer

    told = [place for place, text in enumerate(texts) if re.search(_FEWEST_LETTERS, text)]
    if len(told) < 2:
        return Symptoms(central=tuple(told))
    counter = CountVectorizer(
        token_pattern=_FEWEST_LETTERS,
        ngram_range=(1, 2),
        stop_words=sorted(ENGLISH_STOP_WORDS | _EMPTY),
        min_df=2,
        binary=True,
        max_features=20_000,
    )
    try:
        counts = counter.fit_transform([texts[place] for place in told] + list(others))
    except ValueError:  # no term stands in two texts
        return Symptoms(central=tuple(told[:CENTRAL]))
    names = counter.get_feature_names_out()
    here = counts[: len(told)]
    scores = telling(_summed(here), _summed(counts[len(told) :]))
    vectors = TfidfTransformer(sublinear_tf=True).fit(counts).transform(here)
    middle = np.asarray(vectors.mean(axis=0)).ravel()
    nearest = np.argsort(-(vectors @ middle), kind="stable")[:CENTRAL]
    return Symptoms(
        terms=tuple((name, round(float(scores[place]), 2)) for name, place in _best(names, scores, MOST_TERMS)),
        clusters=_clusters(vectors, here, names, told),
        central=tuple(told[place] for place in nearest),
    )


def _clusters(vectors: Any, counts: Any, names: Any, told: Sequence[int]) -> tuple[Cluster, ...]:
    """The split into a few symptoms that is the most distinct, if any is."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.metrics import silhouette_score
    from sklearn.preprocessing import normalize

    distinct = len({tuple(row.indices) for row in counts})
    most = min(MOST_CLUSTERS, len(told) // REPORTS_OF_A_CLUSTER, distinct // 2)
    if most < 2 or vectors.shape[1] < 20:
        return ()
    dense = normalize(TruncatedSVD(min(20, vectors.shape[1] - 1, len(told) - 1), random_state=0).fit_transform(vectors))
    best, kept = DISTINCT, None
    for number in range(2, most + 1):
        labels = KMeans(number, n_init=5, random_state=0).fit_predict(dense)
        if np.bincount(labels, minlength=number).min() < REPORTS_OF_A_CLUSTER // 2:
            continue
        quality = float(silhouette_score(dense, labels))
        if quality > best:
            best, kept = quality, labels
    if kept is None:
        return ()
    found = []
    for label in range(int(kept.max()) + 1):
        inside = kept == label
        scores = telling(_summed(counts[inside]), _summed(counts[~inside]))
        terms = tuple(name for name, _ in _best(names, scores, TERMS_OF_A_CLUSTER))
        if terms:
            found.append(Cluster(terms, tuple(told[int(place)] for place in np.flatnonzero(inside))))
    return tuple(sorted(found, key=lambda cluster: -len(cluster.members)))


def _summed(counts: Any) -> Floats:
    return np.asarray(counts.sum(axis=0), float).ravel()


def _best(names: Any, scores: Floats, most: int) -> list[tuple[str, int]]:
    """The strongest terms, without those that a stronger one contains or is part of."""
    chosen: list[tuple[str, int]] = []
    for place in np.argsort(-scores, kind="stable"):
        if scores[place] < TELLS or len(chosen) == most:
            break
        words = set(str(names[place]).split())
        if not any(words <= set(name.split()) or set(name.split()) <= words for name, _ in chosen):
            chosen.append((str(names[place]), int(place)))
    return chosen
