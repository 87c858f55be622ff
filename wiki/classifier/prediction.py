"""The site's own model, read once a process and again when a new one was trained."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings

from wiki.classifier.model import Model, ModelUnusable, load

log = logging.getLogger(__name__)

_kept: tuple[tuple[Path, int, int] | None, Model | None] = (None, None)


def model_path() -> Path:
    """Where the site's model is stored."""
    return Path(settings.DATA_DIR) / "models" / "component.npz"


def site_model() -> Model | None:
    """The site's model; None where none was trained. A damaged one is logged and counts as none."""
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
        except ModelUnusable as refusal:
            log.warning("The component classifier is silent: %s", refusal)
            _kept = (mark, None)
    return _kept[1]


def classify(text: str) -> tuple[str | None, float]:
    """The slug of the component that a text is about, and the chance that it is right.

    Unknown stays unknown: (None, chance) below the model's threshold, (None, 0.0) without a model.
    """
    model = site_model()
    return (None, 0.0) if model is None else model.classify(text)


def chances(text: str) -> dict[str, float]:
    """The chance of each component that the model knows, by slug; none without a model."""
    model = site_model()
    return {} if model is None else dict(zip(model.labels, map(float, model.chances(text)), strict=True))
