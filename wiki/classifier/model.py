"""A trained model: a linear one, stored as plain numbers and JSON, so that reading it runs no code of the file's."""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wiki.classifier.features import features

FORMAT = 1
LARGEST_FILE = 200_000_000
"""Bytes: a model of 50,000 features and 100 components has 20 million."""

Floats = npt.NDArray[np.float32]


class ModelUnusable(Exception):
    """A model file that is missing, damaged or of another format, with a sentence fit to show."""


@dataclass(frozen=True, slots=True)
class Model:
    """Components by slug, the weight of each feature for each, and how far to trust the answer.

    `weights` has a row per feature and a column per label. Below `threshold` the answer is "unknown". `report` is what
    the training measured: texts, accuracy, macro-F1, date, versions.
    """

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    rarity: Floats
    weights: Floats
    intercept: Floats
    temperature: float
    threshold: float
    report: dict[str, Any]

    def chances(self, text: str) -> npt.NDArray[np.float64]:
        """The chance of each label, in their order; what a text without a known word gets is the same for all.

        Term weights are (1 + ln n) × rarity, scaled to length one (Salton and Buckley 1988), the scores go through
        a softmax with a temperature (Guo et al. 2017).
        """
        counted = Counter(row for row in map(self.vocabulary.get, features(text)) if row is not None)
        scores = self.intercept.astype(np.float64)
        if counted:
            rows = np.fromiter(counted, dtype=np.int64, count=len(counted))
            counts = np.fromiter(counted.values(), dtype=np.float64, count=len(counted))
            values = (1 + np.log(counts)) * self.rarity[rows]
            scores = scores + (values / math.sqrt(float(values @ values))) @ self.weights[rows]
        else:
            scores = np.zeros(len(self.labels))
        scores = scores / self.temperature
        raised = np.exp(scores - scores.max())
        return raised / raised.sum()

    def best(self, text: str) -> tuple[str, float]:
        """The likeliest label and its chance, however small."""
        chances = self.chances(text)
        index = int(chances.argmax())
        return self.labels[index], float(chances[index])

    def classify(self, text: str) -> tuple[str | None, float]:
        """The component's slug and the chance that it is right; no slug below the threshold."""
        label, chance = self.best(text)
        return (label if chance >= self.threshold else None), chance


def save(model: Model, path: Path) -> None:
    """Write the model in one step: a reader sees the old file or the new one."""
    said = {
        "format": FORMAT,
        "labels": model.labels,
        "vocabulary": sorted(model.vocabulary, key=model.vocabulary.__getitem__),
        "temperature": model.temperature,
        "threshold": model.threshold,
        "report": model.report,
    }
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        said=np.frombuffer(json.dumps(said).encode(), dtype=np.uint8),
        rarity=model.rarity.astype(np.float32),
        weights=model.weights.astype(np.float32),
        intercept=model.intercept.astype(np.float32),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(packed.getvalue())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load(path: Path) -> Model:
    """Read a model. Raises ModelUnusable; whatever stands in the file, nothing of it is run."""
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_FILE:
                raise ModelUnusable(f"{path.name} unpacks to more than {LARGEST_FILE:,} bytes.")
        with np.load(path, allow_pickle=False) as stored:
            said = json.loads(stored["said"].tobytes())
            arrays = {name: stored[name] for name in ("rarity", "weights", "intercept")}
        return _checked(said, arrays)
    except FileNotFoundError as error:
        raise ModelUnusable("There is no model yet: train_component_classifier makes one.") from error
    except ModelUnusable:
        raise
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError) as error:
        raise ModelUnusable(f"{path.name} is no model, or damaged. Train it again.") from error


def _checked(said: dict[str, Any], arrays: dict[str, Any]) -> Model:
    if said["format"] != FORMAT:
        raise ModelUnusable("The model was stored by another version. Train it again.")
    labels, words = tuple(said["labels"]), list(said["vocabulary"])
    model = Model(
        labels=labels,
        vocabulary={word: row for row, word in enumerate(words)},
        rarity=arrays["rarity"],
        weights=arrays["weights"],
        intercept=arrays["intercept"],
        temperature=float(said["temperature"]),
        threshold=float(said["threshold"]),
        report=dict(said["report"]),
    )
    fits = (
        len(labels) > 1
        and len(model.vocabulary) == len(words)
        and model.rarity.shape == (len(words),)
        and model.weights.shape == (len(words), len(labels))
        and model.intercept.shape == (len(labels),)
        and model.temperature > 0
        and all(array.dtype == np.float32 and np.isfinite(array).all() for array in arrays.values())
    )
    if not fits:
        raise ValueError("the parts don't fit together")
    return model
