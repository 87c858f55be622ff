"""What texts tell: the component classifier against two baselines, and severity against the official flags.

python -m benchmarks.classifier [--json] [--size most complaints read of each file]

Reads the complaints of the shared data folder (FIXLORE_SHARED_DATA, by default ../shared/data). Components: macro-F1 on
a held-out fifth of the all-make complaints, texts never on both sides. Severity: precision and recall of the words
alone against FIRE, CRASH, INJURED and DEATHS. Its rules were written with the Hyundai and Kia file in view, and with
the few fires of the all-make file that were missed; the ignition-recall file's crash column was only measured.
"""

import csv
import datetime
import gzip
import itertools
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

Row = dict[str, str]
ALL_MAKES = "all_makes_feb_2024"
SEVERITY_FILES = (ALL_MAKES, "hyundai_kia_unknown_other_2022_2026", "gm_ignition_recall_cars_complaints_2003_2014")
FLAGS: dict[str, Callable[[Row], bool]] = {
    "fire": lambda row: row["FIRE"] == "Y",
    "crash": lambda row: row.get("CRASH", row.get("crashed")) == "Y",
    "injury": lambda row: int(row["INJURED"] or 0) > 0,
    "death": lambda row: int(row["DEATHS"] or 0) > 0,
}


def measure(size: int) -> tuple[Figures, Figures]:
    """Train and measure once."""
    folder = Path(os.environ.get("FIXLORE_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    complaints = folder / "nhtsa_complaints"
    if not complaints.is_dir():
        return {}, {"skipped": "The shared data is not here; FIXLORE_SHARED_DATA can name its folder."}
    with tempfile.TemporaryDirectory() as data:
        os.environ["FIXLORE_DATA"] = data
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

        import django

        django.setup()
        return _measure(complaints, size)


def _measure(complaints: Path, size: int) -> tuple[Figures, Figures]:
    figures: Figures = {"component": _component(complaints / f"{ALL_MAKES}.csv.gz")}
    sizes: Figures = {"complaints_at_most": size}
    for name in SEVERITY_FILES:
        rows = _complaints(complaints / f"{name}.csv.gz", size)
        sizes[name] = len(rows)
        figures[f"severity {name}"] = _severity(rows)
    return sizes, figures


def _component(path: Path) -> Figures:
    from wiki.classifier.training import (
        FOLDS,
        HELD_OUT,
        fit_without,
        labels_by_component,
        read_examples,
        scores,
        train,
    )

    examples = read_examples([path])
    known = [example for example in examples if example.components]
    unknown = [example for example in examples if not example.components]
    labels = labels_by_component(examples)
    held_out = [example for example in known if example.fold == HELD_OUT]
    begun = time.process_time()
    model = train(examples, now=datetime.datetime.now(tz=datetime.UTC))
    training = time.process_time() - begun
    counted = Counter(labels[slug] for example in known for slug in example.components if slug in labels)
    majority = counted.most_common(1)[0][0]
    keyword = _keywords(labels)
    folds = [
        scores([model_of.best(each.text)[0] for each in fold], fold, labels)["macro_f1"]
        for number in range(FOLDS)
        for fold in [[each for each in known if each.fold == number]]
        for model_of in [fit_without(number, known, labels)]
    ]
    answered = sum(model.classify(example.text)[0] is not None for example in unknown)
    begun = time.process_time()
    for example in known:
        model.classify(example.text)
    predicting = time.process_time() - begun
    return {
        "texts": len(known),
        "held_out": len(held_out),
        "components": len(model.labels),
        "majority": scores([majority] * len(held_out), held_out, labels),
        "keyword": scores([keyword(each.text) or majority for each in held_out], held_out, labels),
        "model": {name: model.report[name] for name in ("accuracy", "macro_f1")},
        "model_macro_f1_of_each_fold": folds,
        "threshold": model.report["threshold"],
        "precision_when_answered": model.report["precision_when_answered"],
        "share_answered": model.report["share_answered"],
        "share_answered_of_officially_unknown": round(answered / max(1, len(unknown)), 3),
        "training_cpu_s": round(training, 1),
        "texts_per_s": round(len(known) / max(predicting, 1e-9)),
    }


def _keywords(labels: dict[str, str]) -> Callable[[str], str | None]:
    """The component whose names and other names of the shipped list are said most often; longer names count more."""
    from wiki.classifier.names import shipped_names

    names = [
        (re.compile(rf"\b{re.escape(name.lower())}s?\b"), labels[slug], len(name.split()))
        for name, slug in shipped_names()
        if slug in labels
    ]

    def best(text: str) -> str | None:
        found: Counter[str] = Counter()
        for pattern, label, words in names:
            found[label] += words * len(pattern.findall(text.lower()))
        label, count = found.most_common(1)[0]
        return label if count else None

    return best


def _complaints(path: Path, most: int) -> list[Row]:
    """One row for each complaint number."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows: dict[str, Row] = {}
        for row in csv.DictReader(file):
            rows.setdefault(row.get("ODINO") or row["odi_number"], row)
        return list(itertools.islice(rows.values(), most))


def _severity(rows: list[Row]) -> dict[str, Any]:
    from wiki.rules.severity import severity_of

    texts = [row.get("CDESCR") or row.get("description") or "" for row in rows]
    begun = time.process_time()
    found = [severity_of(text) for text in texts]
    seconds = time.process_time() - begun
    figures: dict[str, Any] = {"texts_per_s": round(len(rows) / max(seconds, 1e-9))}
    for fact, is_flagged in FLAGS.items():
        try:
            flagged = [is_flagged(row) for row in rows]
        except KeyError:
            continue
        said = [fact in severity.facts for severity in found]
        both = sum(a and b for a, b in zip(flagged, said, strict=True))
        figures[fact] = {
            "flagged": sum(flagged),
            "precision": round(both / sum(said), 3) if any(said) else None,
            "recall": round(both / sum(flagged), 3) if any(flagged) else None,
        }
    return figures


if __name__ == "__main__":
    run("classifier", measure, small=10_000)
