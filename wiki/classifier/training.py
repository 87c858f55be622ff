"""Training on complaints with an official component. The only module that needs scikit-learn, and only when it runs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from products.errors import FileRefused
from products.importers.component_names import component_of
from products.importers.files import read_rows
from wiki.classifier.features import features
from wiki.classifier.model import Model
from wiki.classifier.names import paths, shipped_names

FOLDS = 5
HELD_OUT = 0
"""The fold that is measured on and never trained on, before the model that is kept learns from all."""

ENOUGH_FOR_ITSELF = 30
"""Complaints that a component needs to be told from its assembly; with fewer it counts as its assembly."""

LEAST = 5
"""Complaints that a system needs to be learned at all."""

WANTED_PRECISION = 0.85
"""Share of right answers among those given, at which the threshold is set (on folds that the model has not seen)."""

STRENGTH = 3.0
NAMES_WEIGHT = 1.0
COLUMNS = ("CDESCR", "COMPDESC")


class TooLittle(FileRefused):
    """Too few complaints to train on."""


@dataclass(slots=True)
class Example:
    """A text with the components officially named for it; none where the record says unknown."""

    text: str
    components: list[str] = field(default_factory=list)

    @property
    def fold(self) -> int:
        """Which part of the data it belongs to: the same text always falls into the same one."""
        return int.from_bytes(hashlib.sha256(" ".join(features(self.text)).encode()).digest()[:4]) % FOLDS


def read_examples(files: Iterable[Path]) -> list[Example]:
    """The complaints of CSV files with the official column names, one example for each text.

    Rows of one complaint repeat its text, one component each. Raises FileRefused.
    """
    found: dict[str, Example] = {}
    for path in files:
        rows = read_rows(path)
        header = [name.strip().upper() for name in next(rows, (0, []))[1]]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise FileRefused(f"{path.name} has no column {' and no '.join(missing)}.")
        text_at, component_at = (header.index(name) for name in COLUMNS)
        for line, row in rows:
            if len(row) != len(header):
                raise FileRefused(f"{path.name}, line {line}: {len(row)} fields where {len(header)} are needed.")
            text = row[text_at].strip()
            if len(text) < 10:
                continue
            example = found.setdefault(" ".join(text.lower().split()), Example(text))
            slug = component_of(row[component_at])
            if slug is not None and slug not in example.components:
                example.components.append(slug)
    return list(found.values())


def labels_by_component(examples: Sequence[Example]) -> dict[str, str]:
    """What each component is learned as: itself, what stands above it, or nothing (then it is left out)."""
    count = Counter(
        slug for example in examples for slug in {above for each in example.components for above in paths()[each]}
    )
    learned = {}
    for slug, path in paths().items():
        own = next((above for above in reversed(path) if count[above] >= ENOUGH_FOR_ITSELF), path[0])
        if count[own] >= LEAST:
            learned[slug] = own
    return learned


def train(examples: Sequence[Example], *, now: datetime, tell: Callable[[str], None] = lambda _: None) -> Model:
    """Measure on the held-out fold, then learn from all. Raises TooLittle."""
    import sklearn

    labels = labels_by_component(examples)
    if len({*labels.values()}) < 2:
        raise TooLittle(f"Too few complaints with a component: two systems need {LEAST} each.")
    known = [example for example in examples if example.components]
    training = [example for example in known if example.fold != HELD_OUT]
    held_out = [example for example in known if example.fold == HELD_OUT]
    tell(f"{len(known)} texts with a component, {len({*labels.values()})} components to tell apart")
    temperature, threshold = _calibrate(training, labels, tell)
    tell(f"measuring on {len(held_out)} texts held out")
    measured = measure(_fit(training, labels, temperature, threshold), held_out, labels)
    tell("learning from all")
    model = _fit(known, labels, temperature, threshold)
    report = {
        **measured,
        "texts": len(known),
        "held_out": len(held_out),
        "labels": {label: _count(known, labels)[label] for label in model.labels},
        "threshold": round(threshold, 3),
        "trained_at": now.isoformat(timespec="seconds"),
        "sklearn": sklearn.__version__,
    }
    return replace(model, report=report)


def measure(model: Model, examples: Sequence[Example], labels: dict[str, str]) -> dict[str, Any]:
    """Accuracy and macro-F1 of forced answers; precision and share of the answers given above the threshold."""
    answers = [model.best(example.text) for example in examples]
    given = [
        (label, example)
        for (label, chance), example in zip(answers, examples, strict=True)
        if chance >= model.threshold
    ]
    right = sum(label in _gold(example, labels) for label, example in given)
    return {
        **scores([label for label, _ in answers], examples, labels),
        "precision_when_answered": round(right / len(given), 3) if given else None,
        "share_answered": round(len(given) / len(examples), 3) if examples else None,
    }


def scores(answers: Sequence[str], examples: Sequence[Example], labels: dict[str, str]) -> dict[str, float]:
    """Accuracy, and F1 averaged over the components that occur; any of a text's components is a right answer."""
    hits: Counter[str] = Counter()
    answered = Counter(answers)
    wanted: Counter[str] = Counter()
    for answer, example in zip(answers, examples, strict=True):
        gold = _gold(example, labels)
        target = answer if answer in gold else next(iter(gold), "")
        wanted[target] += 1
        hits[answer] += answer == target
    occurring = [label for label in wanted if label]
    f1 = [2 * hits[label] / (answered[label] + wanted[label]) for label in occurring]
    return {
        "accuracy": round(sum(hits.values()) / max(1, len(examples)), 3),
        "macro_f1": round(sum(f1) / max(1, len(f1)), 3),
    }


def fit_without(fold: int, examples: Sequence[Example], labels: dict[str, str]) -> Model:
    """A model that has not seen one fold."""
    return _fit([each for each in examples if each.components and each.fold != fold], labels, 1.0, 0.0)


def _gold(example: Example, labels: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(labels[slug] for slug in example.components if slug in labels))


def _count(examples: Iterable[Example], labels: dict[str, str]) -> Counter[str]:
    return Counter(label for example in examples for label in _gold(example, labels))


def _taught(examples: Sequence[Example], labels: dict[str, str]) -> Iterator[tuple[str, str, float]]:
    """Texts with a label and a weight: complaints, and the shipped names of components."""
    for example in examples:
        gold = _gold(example, labels)
        for label in gold:
            yield example.text, label, 1 / len(gold)
    present = _count(examples, labels)
    for name, slug in shipped_names():
        if slug in labels and present[labels[slug]]:
            yield name, labels[slug], NAMES_WEIGHT


def _fit(examples: Sequence[Example], labels: dict[str, str], temperature: float, threshold: float) -> Model:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, targets, weights = zip(*_taught(examples, labels), strict=True)
    vectorizer = TfidfVectorizer(analyzer=features, sublinear_tf=True, min_df=2)
    linear = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500, tol=1e-3)
    linear.fit(vectorizer.fit_transform(texts), targets, sample_weight=weights)
    weights_by_label, intercept = linear.coef_, linear.intercept_
    if len(linear.classes_) == 2:  # one row says both
        weights_by_label = np.vstack([-weights_by_label[0], weights_by_label[0]]) / 2
        intercept = np.array([-intercept[0], intercept[0]]) / 2
    return Model(
        labels=tuple(str(label) for label in linear.classes_),
        vocabulary={word: int(row) for word, row in vectorizer.vocabulary_.items()},
        rarity=vectorizer.idf_.astype(np.float32),
        weights=np.ascontiguousarray(weights_by_label.T, dtype=np.float32),
        intercept=intercept.astype(np.float32),
        temperature=temperature,
        threshold=threshold,
        report={},
    )


def _calibrate(examples: Sequence[Example], labels: dict[str, str], tell: Callable[[str], None]) -> tuple[float, float]:
    """The temperature with the least log loss and the least threshold with the wanted precision, out of fold."""
    folds = sorted({example.fold for example in examples})
    logs: list[np.ndarray] = []
    right: list[tuple[int, ...]] = []
    for fold in folds:
        tell(f"calibrating without part {fold}")
        model = fit_without(fold, examples, labels)
        for example in (each for each in examples if each.fold == fold):
            gold = _gold(example, labels)
            logs.append(np.log(np.maximum(model.chances(example.text), 1e-12)))
            right.append(tuple(model.labels.index(label) for label in gold if label in model.labels))
    temperature = min(np.geomspace(0.3, 3, 25), key=lambda each: _loss(logs, right, float(each)))
    sure = []
    for scores_of, gold_of in zip(logs, right, strict=True):
        chances = _softened(scores_of, float(temperature))
        sure.append((float(chances.max()), int(chances.argmax()) in gold_of))
    return float(temperature), _threshold(sure)


def _threshold(sure: list[tuple[float, bool]]) -> float:
    """The least confidence from which on the wanted share of the answers is right; 1 when none is."""
    best, hits = 1.0, 0
    for count, (confidence, is_right) in enumerate(sorted(sure, reverse=True), start=1):
        hits += is_right
        if hits / count >= WANTED_PRECISION:
            best = confidence
    return best


def _softened(logs: np.ndarray, temperature: float) -> np.ndarray:
    raised = np.exp((logs - logs.max()) / temperature)
    return np.asarray(raised / raised.sum())


def _loss(logs: list[np.ndarray], right: list[tuple[int, ...]], temperature: float) -> float:
    total = 0.0
    for scores_of, gold_of in zip(logs, right, strict=True):
        if gold_of:
            total -= float(np.log(max(1e-12, _softened(scores_of, temperature)[list(gold_of)].max())))
    return total
