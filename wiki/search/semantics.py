"""Latent semantic analysis: problems that mean the same in other words, from which words occur together.

Deerwester et al. 1990: the matrix of term weights, (1 + ln tf) x rarity with rows of length one (Salton and Buckley
1988), is brought to a few dimensions by a truncated singular value decomposition; near is what has a high cosine there.
The model is plain numbers and JSON: reading it runs no code of the file's.
"""

from __future__ import annotations

import io
import json
import logging
import math
import os
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

FORMAT = 1
DIMENSIONS = 150
LEAST = 20
"""Documents below which there is nothing to learn from."""
SEEN_TWICE = 2
"""Documents that a word must stand in: a word of one document joins nothing."""
LARGEST_FILE = 1_000_000_000

Floats = npt.NDArray[np.float32]
logger = logging.getLogger(__name__)


class TooFew(Exception):
    """Too few documents to learn from, with a sentence fit to show."""


@dataclass(frozen=True, slots=True)
class Semantics:
    """Rarity and direction of each known stem, and the place of each document, rows of length one."""

    vocabulary: dict[str, int]
    rarity: Floats
    directions: Floats
    ids: npt.NDArray[np.int64]
    places: Floats

    def nearest(self, stems: Sequence[str], *, limit: int) -> list[tuple[int, float]]:
        """The documents most alike to a text of those stems, with their cosines, best first; none without a word."""
        counted = Counter(row for row in map(self.vocabulary.get, stems) if row is not None)
        if not counted or not len(self.ids):
            return []
        rows = np.fromiter(counted, np.int64, len(counted))
        values = (1 + np.log(np.fromiter(counted.values(), np.float32, len(counted)))) * self.rarity[rows]
        there = values @ self.directions[rows]
        length = math.sqrt(float(there @ there))
        if length == 0:
            return []
        alike = self.places @ (there / length)
        best = np.argsort(-alike, kind="stable")[:limit] if len(alike) <= limit else _top(alike, limit)
        return [(int(self.ids[row]), float(alike[row])) for row in best if alike[row] > 0]


def _top(alike: Floats, limit: int) -> npt.NDArray[np.int64]:
    best = np.argpartition(-alike, limit)[:limit]
    return best[np.argsort(-alike[best], kind="stable")]


def train(documents: Iterable[tuple[int, Sequence[str]]], *, dimensions: int = DIMENSIONS) -> Semantics:
    """Learn from documents given as (id, stems). Raises TooFew."""
    from scipy.sparse import csr_matrix, diags
    from scipy.sparse.linalg import svds

    counted = [(number, Counter(stems)) for number, stems in documents if stems]
    if len(counted) < LEAST:
        raise TooFew(f"{LEAST} documents are needed to learn from; there are {len(counted)}.")
    frequencies = Counter(stem for _, counts in counted for stem in counts)
    known = sorted(stem for stem, frequency in frequencies.items() if frequency >= SEEN_TWICE)
    vocabulary = {stem: row for row, stem in enumerate(known)}
    rarity = np.array([math.log((1 + len(counted)) / (1 + frequencies[stem])) + 1 for stem in known])
    rows, columns, values = [], [], []
    for row, (_, counts) in enumerate(counted):
        for stem, often in counts.items():
            if stem in vocabulary:
                rows.append(row)
                columns.append(vocabulary[stem])
                values.append((1 + math.log(often)) * rarity[vocabulary[stem]])
    size = min(dimensions, len(counted) - 1, len(known) - 1)
    if size < 1:
        raise TooFew("The documents share no words.")
    matrix = csr_matrix((values, (rows, columns)), shape=(len(counted), len(known)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = diags(1 / np.maximum(lengths, 1e-12)) @ matrix
    # A fixed start: the same documents give the same model.
    _, _, directions = svds(matrix, k=size, v0=np.ones(min(matrix.shape)))
    places = matrix @ directions.T
    norms = np.sqrt((places * places).sum(axis=1, keepdims=True))
    return Semantics(
        vocabulary=vocabulary,
        rarity=rarity.astype(np.float32),
        directions=np.ascontiguousarray(directions.T, dtype=np.float32),
        ids=np.array([number for number, _ in counted], np.int64),
        places=(places / np.maximum(norms, 1e-12)).astype(np.float32),
    )


def model_path() -> Path:
    """Where the site's model is stored."""
    return Path(settings.DATA_DIR) / "models" / "similarity.npz"


def save(model: Semantics, path: Path) -> None:
    """Write the model in one step: a reader sees the old file or the new one."""
    said = {"format": FORMAT, "vocabulary": sorted(model.vocabulary, key=model.vocabulary.__getitem__)}
    packed = io.BytesIO()
    np.savez(
        packed,
        said=np.frombuffer(json.dumps(said).encode(), dtype=np.uint8),
        rarity=model.rarity,
        directions=model.directions.astype(np.float16),
        ids=model.ids,
        places=model.places.astype(np.float16),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(packed.getvalue())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load(path: Path) -> Semantics:
    """Read a model; ValueError or OSError if it is damaged, missing or of another format."""
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_FILE:
                raise ValueError("the model unpacks to too much")
        with np.load(path, allow_pickle=False) as stored:
            said = json.loads(stored["said"].tobytes())
            arrays = {name: stored[name] for name in ("rarity", "directions", "ids", "places")}
        return _checked(said, arrays)
    except (zipfile.BadZipFile, KeyError, TypeError, EOFError) as error:
        raise ValueError("the model is damaged") from error


def _checked(said: dict[str, Any], arrays: dict[str, Any]) -> Semantics:
    words = list(said["vocabulary"])
    model = Semantics(
        vocabulary={word: row for row, word in enumerate(words)},
        rarity=arrays["rarity"].astype(np.float32),
        directions=arrays["directions"].astype(np.float32),
        ids=arrays["ids"].astype(np.int64),
        places=arrays["places"].astype(np.float32),
    )
    fits = (
        said["format"] == FORMAT
        and len(model.vocabulary) == len(words)
        and model.rarity.shape == (len(words),)
        and model.directions.ndim == model.places.ndim == 2
        and model.directions.shape == (len(words), model.places.shape[1])
        and model.places.shape[0] == len(model.ids)
        and all(np.isfinite(array).all() for array in (model.rarity, model.directions, model.places))
    )
    if not fits:
        raise ValueError("the parts of the model don't fit together")
    return model


_kept: tuple[tuple[Path, int, int] | None, Semantics | None] = (None, None)


def site_model() -> Semantics | None:
    """The site's model, read once a process and again when a new one was trained; None where there is none."""
    global _kept
    path = model_path()
    try:
        found = path.stat()
    except OSError:
        return None
    mark = (path, found.st_mtime_ns, found.st_size)
    if _kept[0] != mark:
        try:
            _kept = (mark, load(path))
        except (OSError, ValueError) as error:
            logger.warning("Similar problems are found by words alone: %s", error)
            _kept = (mark, None)
    return _kept[1]
