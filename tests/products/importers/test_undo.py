"""Undoing a run leaves nothing behind, and stops where something else uses what the run made."""

import pytest

from products.actions.imports import undo_import
from products.actions.tree import add_product
from products.errors import UndoRefused
from products.importers.fault_codes import FaultCodeImporter
from products.importers.recall_documents import RecallDocumentImporter
from products.importers.vehicles import VehicleImporter
from products.models import Change, DiagnosticDocument, FaultCode, OfficialDiagnostic, Product, ProductAlias
from products.queries.tree_check import faults_of_the_product_tree
from tests.builders.wiki import make_problem
from tests.products.importers.running import NOW, SAMPLES, catalogue, imported

pytestmark = pytest.mark.django_db
VEHICLES = SAMPLES / "vehicles.csv"
RECALLS = SAMPLES / "recall_documents.csv"
EMPTY = {"products": [], "codes": [], "diagnostics": [], "documents": [], "coverage": []}


def test_undoing_leaves_nothing_behind_and_tells_search():
    run = imported(RecallDocumentImporter(), RECALLS)
    products, recalls = Product.objects.count(), OfficialDiagnostic.objects.count()
    Change.objects.all().delete()
    undone = undo_import(run=run, at=NOW)
    assert catalogue() == EMPTY
    assert not ProductAlias.objects.exists()
    assert undone.deleted["official diagnostics"] == recalls
    assert Change.objects.filter(kind="product").count() == products
    assert Change.objects.filter(kind="official").count() == recalls
    run.refresh_from_db()
    assert (run.state, run.finished_at) == ("undone", NOW)
    assert run.message.startswith("Undone: ")


def test_undoing_keeps_what_was_there_before_and_the_tree_whole():
    imported(VehicleImporter(), VEHICLES)
    before = catalogue()
    run = imported(RecallDocumentImporter(), RECALLS)
    undo_import(run=run, at=NOW)
    assert catalogue() == before
    assert faults_of_the_product_tree() == []


def test_undoing_the_first_of_two_runs_names_the_second_and_changes_nothing():
    first = imported(VehicleImporter(), VEHICLES)
    second = imported(VehicleImporter(), SAMPLES / "vehicles_in_capitals.csv")
    before = catalogue()
    with pytest.raises(UndoRefused, match=rf"Run {first.pk} stays as it is: .*of run {second.pk}\) use products of it"):
        undo_import(run=first, at=NOW)
    assert catalogue() == before
    undo_import(run=second, at=NOW)
    undo_import(run=first, at=NOW)
    assert catalogue() == EMPTY


def test_a_members_problem_and_a_product_of_their_own_stand_in_the_way():
    run = imported(VehicleImporter(), VEHICLES)
    model = Product.objects.get(path="cars/land-rover/range-rover")
    make_problem(product=model, title="Cruise control does nothing")
    with pytest.raises(UndoRefused, match=r"1 problem \(Cruise control does nothing\) uses products of it"):
        undo_import(run=run, at=NOW)
    assert Product.objects.filter(pk=model.pk).exists()
    other = imported(FaultCodeImporter(source="list"), SAMPLES / "fault_codes_by_make.csv")
    add_product(parent=Product.objects.get(path="cars/chevrolet"), kind="model", name="Malibu")
    with pytest.raises(UndoRefused, match=r"1 product \(Chevrolet Malibu\) uses products of it"):
        undo_import(run=other, at=NOW)
    assert FaultCode.objects.filter(created_by_run=other).exists()


def test_a_change_over_the_runs_change_stands_in_the_way(tmp_path):
    imported(FaultCodeImporter(source="list"), SAMPLES / "fault_codes_without_header.csv")
    path = tmp_path / "newer.csv"
    path.write_text('P0571,"Brake Switch A Circuit"\n', encoding="utf-8")
    run = imported(FaultCodeImporter(source="list"), path)
    FaultCode.objects.filter(base="P0571").update(description="Corrected by hand")
    with pytest.raises(UndoRefused, match="1 row that it changed has changed again"):
        undo_import(run=run, at=NOW)
    assert FaultCode.objects.get(base="P0571").description == "Corrected by hand"


def test_a_document_whose_summary_was_filled_in_is_empty_again(tmp_path):
    imported(RecallDocumentImporter(), RECALLS)
    DiagnosticDocument.objects.filter(name="RCRIT-23V222-0003.pdf").update(summary="")
    run = imported(RecallDocumentImporter(), RECALLS)
    assert (run.rows_created, run.rows_updated) == (0, 1)
    undo_import(run=run, at=NOW)
    assert DiagnosticDocument.objects.get(name="RCRIT-23V222-0003.pdf").summary == ""


def test_a_run_is_undone_once_and_a_refused_one_never():
    run = imported(VehicleImporter(), VEHICLES)
    undo_import(run=run, at=NOW)
    with pytest.raises(UndoRefused, match=r"was undone already"):
        undo_import(run=run, at=NOW)
    again = imported(VehicleImporter(), VEHICLES)
    assert again.pk != run.pk
    assert Product.objects.filter(created_by_run=again).count() == 14
    run.state = "refused"
    run.save()
    with pytest.raises(UndoRefused, match=r"nothing to undo"):
        undo_import(run=run, at=NOW)
