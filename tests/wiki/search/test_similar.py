"""Has somebody had this already? Codes first, then words and meaning, and a duplicate only where both agree."""

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html as parser

from tests.builders.accounts import make_user
from tests.builders.products import make_component
from tests.wiki.search.conftest import World, problem
from tests.wiki.search.test_search_page import by_testid
from wiki.classifier.model import Model
from wiki.classifier.model import save as save_classifier
from wiki.classifier.prediction import model_path
from wiki.models import Problem
from wiki.search import indexer, semantics
from wiki.search.semantics import TooFew, load, save, site_model, train
from wiki.search.similar import SMOOTHING, agreed, fused, similar

pytestmark = pytest.mark.django_db

COLD = ["starter", "battery", "crank", "click"]
WET = ["sunroof", "water", "drain", "carpet"]


def texts() -> list[tuple[int, list[str]]]:
    """Two subjects whose words hardly ever stand side by side in one text."""
    found = []
    for number in range(40):
        subject = COLD if number % 2 else WET
        found.append((number, [subject[number % 4], subject[(number // 2) % 4], subject[(number // 3) % 4], "car"]))
    return found


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def rows(tree: Any) -> list[str]:
    return [one.xpath("./a")[0].text_content() for one in by_testid(tree, "similar-problem")]


def shown(client: Client, one: Problem) -> Any:
    return parser.fromstring(client.get(one.get_absolute_url()).content.decode())


def test_meaning_finds_a_text_that_shares_no_word() -> None:
    model = train([*texts(), (100, ["battery", "crank", "car"])], dimensions=2)

    near = {number for number, _ in model.nearest(["starter", "click"], limit=21)}

    assert near == {number for number, _ in texts() if number % 2} | {100}


def test_words_that_are_unknown_are_near_nothing() -> None:
    assert train(texts()).nearest(["xylophone"], limit=5) == []


def test_too_few_texts_teach_nothing() -> None:
    with pytest.raises(TooFew, match="20 documents are needed"):
        train(texts()[:19])


def test_a_stored_model_answers_as_the_trained_one(data: Path) -> None:
    model = train(texts(), dimensions=4)
    save(model, data / "model.npz")

    again = load(data / "model.npz")

    before, after = dict(model.nearest(["water"], limit=40)), dict(again.nearest(["water"], limit=40))
    wet = [number for number, alike in before.items() if alike > 0.5]
    assert wet
    assert {number: after[number] for number in wet} == pytest.approx(
        {number: before[number] for number in wet}, abs=0.01
    )


@pytest.mark.parametrize("harm", [b"", b"no model", b"PK\x03\x04garbage"])
def test_a_damaged_model_counts_as_none(data: Path, harm: bytes) -> None:
    path = semantics.model_path()
    path.parent.mkdir(parents=True)
    path.write_bytes(harm)
    assert site_model() is None
    save(train(texts()), path)
    assert site_model() is not None


def test_the_fusion_adds_reciprocal_places() -> None:
    scores = fused([7, 8], [8, 9], weight=0.5)
    assert scores == pytest.approx(
        {7: 1 / (SMOOTHING + 1), 8: 1 / (SMOOTHING + 2) + 0.5 / (SMOOTHING + 1), 9: 0.5 / (SMOOTHING + 2)}
    )


@pytest.mark.parametrize(
    ("by_words", "by_meaning", "told"),
    [
        ([(1, 9.0), (2, 3.0)], [(1, 0.9), (2, 0.8)], 1),
        ([(2, 9.0), (1, 3.0)], [(1, 0.9), (2, 0.8)], None),
        ([(1, 9.0), (2, 8.0)], [(1, 0.9), (2, 0.8)], None),
        ([(1, 9.0)], [(1, 0.9)], 1),
        ([], [(1, 0.9)], None),
        ([(1, 9.0)], [], None),
    ],
)
def test_a_duplicate_is_told_only_where_both_rankings_agree_and_one_leads(
    by_words: list[tuple[int, float]], by_meaning: list[tuple[int, float]], told: int | None
) -> None:
    assert agreed(by_words, by_meaning, lead=1.5) == told


def test_without_index_and_model_nothing_is_similar(world: World, data: Path) -> None:
    assert similar(title="gearbox fault", text="") == []


def test_a_shared_fault_code_comes_before_all_words(world: World, data: Path) -> None:
    coded = problem(product=world.focus, title="Odd hum", symptom="A hum from below.", codes="P0571")
    worded = problem(product=world.focus, title="Gearbox fault on the display, brake lights stay on")
    indexer.drain()

    found = similar(title=world.founding.title, text="", codes=["P0571"], without=world.founding.pk)

    assert [one.object_id for one in found][:2] == [coded.pk, worded.pk]
    assert [one.shares_code for one in found][:2] == [True, False]


def test_a_problem_page_shows_five_others_at_most_and_never_itself(client: Client, world: World, data: Path) -> None:
    twins = [
        problem(product=world.focus, title=f"Gearbox fault and brake lights, case {number}") for number in range(7)
    ]
    Problem.objects.filter(pk=twins[0].pk).update(state="hidden")
    indexer.drain()
    found = rows(shown(client, world.founding))
    assert len(found) == 5
    assert world.founding.title not in found
    Problem.objects.filter(pk=twins[1].pk).update(state="hidden")
    assert twins[1].title not in rows(shown(client, world.founding))


def test_the_same_model_stands_before_another_with_the_same_words(client: Client, world: World, data: Path) -> None:
    problem(product=world.focus, title="Sunroof leaks at the rear")
    own = problem(product=world.rover, title="Sunroof leaks at the rear again")
    asked = problem(product=world.year, title="Sunroof leaks at the rear")
    indexer.drain()
    tree = shown(client, asked)
    assert rows(tree)[0] == own.title
    assert "same model" in by_testid(tree, "similar-problem")[0].text_content()
    assert "same model" not in by_testid(tree, "similar-problem")[1].text_content()


def test_a_problem_like_no_other_folds_the_question_away(client: Client, world: World, data: Path) -> None:
    indexer.drain()
    lonely = problem(product=world.focus, title="Xylophone")
    indexer.drain()
    (question,) = by_testid(shown(client, lonely), "similar")
    assert question.get("open") is None
    assert "No other problem" in question.text_content()
    twin = problem(product=world.focus, title="Xylophone again")
    indexer.drain()
    (question,) = by_testid(shown(client, lonely), "similar")
    assert question.get("open") is not None
    assert rows(shown(client, lonely)) == [twin.title]


def test_the_number_of_queries_does_not_grow_with_what_is_similar(client: Client, world: World, data: Path) -> None:
    def queries() -> int:
        client.get(world.founding.get_absolute_url())
        with CaptureQueriesContext(connection) as caught:
            client.get(world.founding.get_absolute_url())
        return len(caught)

    problem(product=world.focus, title="Gearbox fault")
    indexer.drain()
    few = queries()
    for number in range(8):
        problem(product=world.focus, title=f"Gearbox fault {number}")
    indexer.drain()
    assert queries() == few


def test_asking_checks_for_duplicates_without_scripts_and_publishes_nothing(
    client: Client, world: World, data: Path
) -> None:
    indexer.drain()
    client.force_login(make_user())
    count = Problem.objects.count()
    said = {"title": "Gearbox fault, brake light stays on", "symptom": "", "product": "", "check": "1"}

    tree = parser.fromstring(client.post("/ask/", said).content.decode())

    assert rows(tree)[0] == world.founding.title
    assert tree.xpath("//input[@name='title']")[0].get("value") == said["title"]
    assert "required" not in tree.text_content()
    assert not tree.xpath("//*[@aria-invalid='true']")
    assert Problem.objects.count() == count
    assert not by_testid(parser.fromstring(client.get("/ask/").content.decode()), "similar-list")


@pytest.mark.parametrize("product", ["", "x", "9" * 30, "0"])
def test_the_piece_for_typing_answers_whatever_is_said(client: Client, world: World, data: Path, product: str) -> None:
    indexer.drain()
    said = {"title": "gearbox\0 fault <script>", "symptom": "brake light " * 500, "codes": "p 0571", "product": product}
    response = client.get("/ask/similar/", said)
    assert response.status_code == 200
    tree = parser.fromstring(response.content.decode())
    assert rows(tree)[0] == world.founding.title
    assert "same fault code" in by_testid(tree, "similar-problem")[0].text_content()
    assert client.post("/ask/similar/", said).status_code == 405
    assert not rows(parser.fromstring(client.get("/ask/similar/").content.decode()))


def test_the_command_learns_from_the_sites_problems_and_says_when_it_cannot(world: World, data: Path) -> None:
    out = StringIO()
    call_command("train_similarity", stdout=out)
    assert "by their words meanwhile" in out.getvalue()
    assert site_model() is None
    for number in range(20):
        problem(product=world.focus, title=f"Sunroof leaks case {number % 3}", symptom="Water drips on the carpet")
    out = StringIO()
    call_command("train_similarity", stdout=out)
    assert "23 problems" in out.getvalue()
    assert site_model() is not None


def test_what_both_rankings_put_first_is_likely_the_same(client: Client, world: World, data: Path) -> None:
    for number in range(20):
        problem(
            product=world.focus, title=f"Noise number {number}", symptom="A noise, engine, brake, light, water, case"
        )
    first = problem(
        product=world.focus, title="Sunroof leaks water", symptom="Water drips from the sunroof on the carpet"
    )
    twin = problem(
        product=world.focus, title="Sunroof leaks water", symptom="Water drips from the sunroof on my carpet"
    )
    indexer.drain()
    assert not [one for one in similar(title=twin.title, text=twin.symptom, without=twin.pk) if one.likely_same]
    call_command("train_similarity", stdout=StringIO())
    tree = shown(client, twin)
    assert rows(tree)[0] == first.title
    assert ["Likely a duplicate" in one.text_content() for one in by_testid(tree, "similar-problem")].count(True) == 1


def test_where_a_model_tells_components_the_list_covers_more_than_the_likeliest(
    client: Client, world: World, data: Path
) -> None:
    brakes = make_component(name="Brakes")
    engine = make_component(name="Cylinder head", parent=make_component(name="Engine"))
    for number in range(6):
        problem(product=world.focus, title=f"Grinding noise when it is cold, case {number}", component=brakes)
    other = problem(product=world.focus, title="A noise in the morning", component=engine)
    unnamed = problem(product=world.focus, title="Grinding noise when it is cold, nobody knows whence")
    asked = problem(product=world.focus, title="Grinding noise when it is cold")
    indexer.drain()
    without = rows(shown(client, asked))
    grinding_is_brakes = Model(
        labels=(brakes.slug, engine.parent.slug),
        vocabulary={"grinding": 0},
        rarity=np.ones(1, np.float32),
        weights=np.array([[0.4, 0.0]], np.float32),
        intercept=np.zeros(2, np.float32),
        temperature=1.0,
        threshold=0.5,
        report={},
    )
    save_classifier(grinding_is_brakes, model_path())

    found = rows(shown(client, asked))

    assert other.title not in without
    assert found[1] == other.title
    assert len(found) == 5
    assert unnamed.title not in found[:2]
