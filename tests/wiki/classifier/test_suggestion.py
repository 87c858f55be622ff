"""Components that the classifier suggests: marked as such, and only until a person files the report."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from products.actions.imports import undo_import
from products.models import ImportRun
from tests.builders.accounts import NOW
from tests.builders.products import a_category, a_year, make_component
from tests.builders.wiki import make_problem, make_regular
from tests.html import read
from wiki.actions.filings import file_sightings, undo_filing
from wiki.actions.sightings import report_unassigned
from wiki.classifier.model import Model, save
from wiki.classifier.prediction import model_path
from wiki.classifier.suggestion import suggested_component
from wiki.models import Sighting

pytestmark = pytest.mark.django_db
BRAKES, ENGINE, NEITHER = "The brakes squeal", "The engine stalls", "It rattles"


@pytest.fixture(autouse=True)
def _model() -> Iterator[None]:
    """A model of two words: brakes are brakes, an engine is an engine, and of the rest it is not sure."""
    save(
        Model(
            labels=("brakes", "engine"),
            vocabulary={"brake": 0, "engine": 1},
            rarity=np.ones(2, dtype=np.float32),
            weights=np.array([[5, -5], [-5, 5]], dtype=np.float32),
            intercept=np.zeros(2, dtype=np.float32),
            temperature=1.0,
            threshold=0.9,
            report={},
        ),
        model_path(),
    )
    make_component(name="Brakes")
    make_component(name="Engine")
    yield
    model_path().unlink()


def complaints(folder: Path, columns: str, *rows: str) -> Path:
    path = folder / "complaints.csv"
    path.write_text("\n".join([f"ODINO,MAKETXT,MODELTXT,YEARTXT,LDATE,{columns}", *rows]) + "\n", encoding="utf-8")
    return path


def test_unknown_stays_unknown_and_other_kinds_of_products_are_not_asked_about() -> None:
    assert suggested_component(BRAKES, "cars/ford") == "brakes"
    assert suggested_component(NEITHER, "cars/ford") is None
    assert suggested_component(BRAKES, "bicycles/marin") is None
    model_path().rename(away := model_path().with_name("away"))
    assert suggested_component(BRAKES, "cars/ford") is None
    away.rename(model_path())


def test_a_member_who_names_no_component_gets_a_suggestion_and_who_names_one_does_not() -> None:
    said = {"product": a_year(), "actor": make_regular(), "now": NOW}
    guessed = report_unassigned(text=BRAKES, **said)
    assert (guessed.component.slug, guessed.component_suggested) == ("brakes", True)
    other = report_unassigned(
        text=BRAKES,
        product=a_year(),
        actor=make_regular(),
        now=NOW,
        component=make_component(name="Wheels"),
    )
    assert (other.component.slug, other.component_suggested) == ("wheels", False)


def test_a_file_without_a_column_of_components_gets_suggestions_and_one_with_it_does_not(tmp_path: Path) -> None:
    rows = ("1,Ford,Focus,2004,20240101", "2,Ford,Focus,2004,20240101")
    with_column = complaints(
        tmp_path, "CDESCR,COMPDESC", f"{rows[0]},{BRAKES},", f"{rows[1]},{BRAKES},UNKNOWN OR OTHER"
    )
    call_command("import_nhtsa_flat", with_column, "--create-missing")
    assert not Sighting.objects.exclude(component=None).exists()
    undo_import(run=ImportRun.objects.get(), at=NOW)

    call_command(
        "import_nhtsa_flat",
        complaints(tmp_path, "CDESCR", f"{rows[0]},{BRAKES}", f"{rows[1]},{NEITHER}"),
        "--create-missing",
    )
    found = Sighting.objects.order_by("external_number").values_list("component__slug", "component_suggested")
    assert list(found) == [("brakes", True), (None, False)]

    # The official word of a later file ends the suggestion, and comes undone with it.
    call_command("import_nhtsa_flat", complaints(tmp_path, "CDESCR,COMPDESC", f"{rows[0]},{BRAKES},ENGINE"))
    assert found.all()[0] == ("engine", False)
    undo_import(run=ImportRun.objects.latest("pk"), at=NOW)
    assert found.all()[0] == ("brakes", True)


def test_filing_decides_and_taking_it_back_brings_the_suggestion_back() -> None:
    member = make_regular()
    sighting = report_unassigned(product=a_year(), actor=make_regular(), now=NOW, text=BRAKES)
    problem = make_problem(product=a_year(), component=make_component(name="Wheels"))
    filing = file_sightings(sightings=[sighting.pk], problem=problem, actor=member, now=NOW)
    sighting.refresh_from_db()
    assert (sighting.component.slug, sighting.component_suggested) == ("wheels", False)
    undo_filing(filing=filing, actor=member, now=NOW)
    sighting.refresh_from_db()
    assert (sighting.component.slug, sighting.component_suggested) == ("brakes", True)


def test_triage_and_hub_say_what_is_only_suggested(client, member_client) -> None:
    year = a_year()
    a_category(name="Cars")
    report_unassigned(product=year, actor=make_regular(), now=NOW, text=BRAKES)
    Sighting.objects.create(product=year, seen_on=datetime.date(2026, 1, 1), created_at=NOW, text=ENGINE)
    rows = read(member_client.get("/triage/")).all("triage-row")
    assert "Engine (suggested by its words)" in rows[0].text
    assert "Brakes (suggested by its words)" in rows[1].text
    told = {row.has("suggested"): row.text for row in read(client.get(year.get_absolute_url())).all("unassigned-row")}
    assert told[True].startswith("Brakes suggested by its words")
    assert told[False].startswith("Not said")
