"""The component classifier: trained, stored, read, and silent where it does not know."""

import datetime
import io
import json
import pickle
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from products.errors import FileRefused
from tests.wiki.classifier.complaints import write_complaints
from wiki.classifier import prediction
from wiki.classifier.features import features
from wiki.classifier.model import Model, ModelUnusable, load, save
from wiki.classifier.training import (
    Example,
    TooLittle,
    labels_by_component,
    read_examples,
    scores,
    train,
)

NOW = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    return read_examples([write_complaints(tmp_path_factory.mktemp("complaints") / "complaints.csv")])


@pytest.fixture(scope="module")
def model(examples: list[Example]) -> Model:
    return train(examples, now=NOW)


@pytest.fixture
def site(settings, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    yield tmp_path / "models" / "component.npz"


def test_a_text_is_told_by_its_words(model: Model) -> None:
    assert model.best("My steering locked up on the highway")[0] == "steering"
    slug, chance = model.classify("The headlight is dark and dim, both headlights went out")
    assert slug == "headlights"
    assert model.threshold <= chance <= 1


def test_unknown_stays_unknown(model: Model) -> None:
    for text in ("", "zzz qqq", "ääää 车", "\0" * 50):
        slug, chance = model.classify(text)
        assert slug is None
        assert chance == pytest.approx(1 / len(model.labels))


def test_below_the_threshold_nothing_is_said(model: Model) -> None:
    text = "the brakes grind"
    _, chance = model.best(text)
    assert replace(model, threshold=chance + 0.001).classify(text) == (None, chance)
    assert replace(model, threshold=chance - 0.001).classify(text)[0] == "antilock-brakes"


def test_the_report_says_what_was_measured(model: Model) -> None:
    report = model.report
    assert report["texts"] == 120
    assert 0 < report["held_out"] < 60
    assert report["macro_f1"] > 0.9
    assert report["trained_at"] == "2026-11-24T09:00:00+00:00"
    assert set(report["labels"]) == set(model.labels)
    assert report["sklearn"]


def test_chances_are_those_of_the_library(examples: list[Example], model: Model) -> None:
    """Own arithmetic at serving time, the library's at training: they must agree."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [example.text for example in examples]
    words = sorted(model.vocabulary, key=model.vocabulary.__getitem__)
    vectors = TfidfVectorizer(analyzer=features, sublinear_tf=True, vocabulary=words)
    vectors.idf_ = model.rarity.astype(np.float64)
    raised = np.exp((vectors.transform(texts) @ model.weights + model.intercept) / model.temperature)
    expected = raised / raised.sum(axis=1, keepdims=True)
    known = [row for row, text in enumerate(texts) if any(word in model.vocabulary for word in features(text))]
    own = np.array([model.chances(texts[row]) for row in known])
    assert np.allclose(own, expected[known], atol=1e-5)


def test_training_twice_gives_the_same_model(examples: list[Example], model: Model) -> None:
    again = train(examples, now=NOW)
    assert again.report == model.report
    assert np.allclose(again.weights, model.weights)


def test_a_stored_model_answers_as_before(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "models" / "component.npz"
    save(model, path)
    again = load(path)
    assert again.report == json.loads(json.dumps(model.report))
    assert [again.best(text) for text in ("brake pedal", "steer")] == [
        model.best(text) for text in ("brake pedal", "steer")
    ]
    assert [each.name for each in path.parent.iterdir()] == ["component.npz"]


class _Evil:
    def __reduce__(self):
        return (exec, ("raise SystemExit('code of the file was run')",))


@pytest.mark.parametrize(
    "damage", ["missing", "cut", "text", "pickle", "pickled array", "wrong shape", "nan", "format"]
)
def test_a_damaged_or_hostile_file_is_refused_with_a_sentence(model: Model, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "component.npz"
    save(model, path)
    stored = dict(np.load(path))
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif damage == "text":
        path.write_text("hello")
    elif damage == "pickle":
        path.write_bytes(pickle.dumps(_Evil()))
    elif damage == "pickled array":
        array = np.empty(1, dtype=object)
        array[0] = _Evil()
        np.savez(path, **{**stored, "weights": array})
    elif damage == "wrong shape":
        np.savez(path, **{**stored, "weights": stored["weights"][:-1]})
    elif damage == "nan":
        np.savez(path, **{**stored, "intercept": stored["intercept"] * np.nan})
    else:
        said = {**json.loads(stored["said"].tobytes()), "format": 99}
        np.savez(path, **{**stored, "said": np.frombuffer(json.dumps(said).encode(), dtype=np.uint8)})
    with pytest.raises(ModelUnusable, match=r"\.$"):
        load(path)


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "component.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("weights.npy", "w") as part:
        for _ in range(210):
            part.write(bytes(1_000_000))
    with pytest.raises(ModelUnusable, match="unpacks"):
        load(path)


def test_without_a_model_nothing_is_known(site: Path) -> None:
    assert prediction.classify("the brakes grind") == (None, 0.0)


def test_the_site_uses_its_model_and_notices_a_new_one(site: Path, model: Model) -> None:
    save(replace(model, threshold=0.0), site)
    assert prediction.classify("my steering locked up")[0] == "steering"
    save(replace(model, threshold=1.0, report={**model.report, "note": "a newer one"}), site)
    assert prediction.classify("my steering locked up")[0] is None


def test_a_damaged_model_is_as_good_as_none_and_logged(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    site.parent.mkdir()
    site.write_bytes(b"PK")
    assert prediction.classify("the brakes grind") == (None, 0.0)
    assert "damaged" in caplog.text


def test_the_command_trains_prints_and_stores(site: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("train_component_classifier", str(write_complaints(tmp_path / "c.csv")), stdout=out)
    assert "macro-F1" in out.getvalue()
    assert load(site).report["texts"] == 120


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("ODINO,CDESCR\n1,x\n", "no column COMPDESC"),
        ("CDESCR,COMPDESC\nThe brakes grind a lot,STEERING,more\n", "line 2: 3 fields"),
        ("CDESCR,COMPDESC\nThe brakes grind a lot,STEERING\n", "Too few"),
        ("", "empty"),
    ],
)
def test_a_file_that_teaches_nothing_is_refused(site: Path, tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(content)
    with pytest.raises(CommandError, match=sentence):
        call_command("train_component_classifier", str(path), stdout=io.StringIO())
    assert not site.exists()


def test_rows_of_one_text_are_one_example_in_one_fold(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        "CDESCR,COMPDESC\nThe wheel shakes badly,WHEELS\nTHE WHEEL  shakes badly,STEERING\n"
        "The wheel shakes badly,NONE\n"
    )
    (example,) = read_examples([path])
    assert example.components == ["wheels", "steering"]
    assert Example("THE wheel shakes, badly").fold == example.fold


def test_rare_components_are_learned_as_what_stands_above_them() -> None:
    examples = [Example("x", ["headlights"])] * 4 + [Example("x", ["tail-lights"])] * 4 + [Example("x", ["tires"])] * 4
    labels = labels_by_component(examples)
    assert labels["headlights"] == labels["tail-lights"] == "electrical"
    assert "tires" not in labels


def test_scores_are_those_worked_out_by_hand() -> None:
    labels = {"engine": "engine", "steering": "steering", "wheels": "wheels"}
    examples = [Example("", ["engine"]), Example("", ["engine"]), Example("", ["steering", "wheels"])]
    # engine: 1 hit of 2 wanted and 1 answered, F1 2/3; wheels: 1 hit of 1 wanted and 2 answered, F1 2/3.
    assert scores(["engine", "wheels", "wheels"], examples, labels) == {"accuracy": 0.667, "macro_f1": 0.667}


def test_too_little_is_said(tmp_path: Path) -> None:
    with pytest.raises(TooLittle):
        train([Example("the brakes grind", ["brakes"])] * 10, now=NOW)
    with pytest.raises(FileRefused):
        read_examples([tmp_path / "nothing.csv"])
