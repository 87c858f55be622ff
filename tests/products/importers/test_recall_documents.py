"""The export of recall documents becomes official diagnostics with documents and coverage."""

import pytest

from products.importers.recall_documents import RecallDocumentImporter
from products.models import Change, DiagnosticDocument, DiagnosticProduct, OfficialDiagnostic
from tests.products.importers.running import SAMPLES, catalogue, counts, imported, written

pytestmark = pytest.mark.django_db
FILE = SAMPLES / "recall_documents.csv"


def test_a_campaign_is_one_official_diagnostic_with_its_documents_and_products():
    run = imported(RecallDocumentImporter(), FILE)
    assert counts(run) == (6, 0, 1, 0)
    recall = OfficialDiagnostic.objects.get(number="23V790")
    assert (recall.kind, recall.publisher, recall.source, recall.market) == (
        "recall",
        "NHTSA",
        "NHTSA, US public domain",
        "US",
    )
    assert recall.remedy_available
    assert recall.created_by_run == run
    assert set(recall.coverage.values_list("product__path", flat=True)) == {
        "cars/land-rover/range-rover/2023",
        "cars/land-rover/range-rover-sport/2023",
    }
    assert list(recall.documents.values_list("name", "url")) == [
        (name, f"https://static.nhtsa.gov/odi/rcl/2023/{name}")
        for name in ("RCONL-23V790-0001.pdf", "RMISC-23V790-0002.pdf")
    ]
    assert OfficialDiagnostic.objects.count() == 4


def test_the_title_says_what_can_go_wrong_and_the_remedy_what_the_dealer_does():
    imported(RecallDocumentImporter(), FILE)
    recall = OfficialDiagnostic.objects.get(number="23V790")
    assert recall.title.startswith("The fastener used to secure engine mounted oil cooler hoses")
    assert "FINAL OWNER LETTER" not in recall.title
    assert "\n" not in recall.situation
    assert recall.remedy_title == "Replace the two studs with bolts"


def test_a_campaign_whose_documents_say_nothing_is_called_after_its_products():
    imported(RecallDocumentImporter(), FILE)
    recall = OfficialDiagnostic.objects.get(number="23V222")
    assert (recall.title, recall.situation) == ("Recall of Land Rover Range Rover", "")
    assert recall.remedy_title == "Have the work of recall 23V222 done by a dealer"


def test_an_unknown_year_covers_the_model_and_the_number_tells_equipment_from_cars():
    imported(RecallDocumentImporter(), FILE)
    covered = dict(DiagnosticProduct.objects.values_list("diagnostic__number", "product__path"))
    assert covered["23V222"] == "cars/land-rover/range-rover"
    assert covered["20E004"] == "vehicle-equipment/freedman/bench-seat"
    assert covered["21V00K"] == "cars/hyundai/santa-fe-hybrid/2022"


def test_search_is_told_of_each_diagnostic_and_product():
    imported(RecallDocumentImporter(), FILE)
    told = set(Change.objects.filter(kind="official").values_list("object_id", flat=True))
    assert told == set(OfficialDiagnostic.objects.values_list("pk", flat=True))


def test_the_export_read_again_changes_nothing_and_tells_nobody():
    imported(RecallDocumentImporter(), FILE)
    before, feed = catalogue(), Change.objects.count()
    again = imported(RecallDocumentImporter(), FILE)
    assert counts(again) == (0, 0, 7, 0)
    assert catalogue() == before
    assert Change.objects.count() == feed


def test_a_newer_export_adds_documents_and_products_and_leaves_what_members_revised(tmp_path):
    imported(RecallDocumentImporter(), FILE)
    OfficialDiagnostic.objects.filter(number="23V222").update(title="Tow bar electrics")
    newer = (
        "NHTSA ID,DOCUMENT NAME,MAKE,MODEL,MODEL YEAR,SUMMARY\n23V222,RCONL-23V222-9.pdf,LAND ROVER,LR4,2015,Letter\n"
    )
    run = imported(RecallDocumentImporter(), written(tmp_path, newer))
    assert counts(run) == (1, 0, 0, 0)
    recall = OfficialDiagnostic.objects.get(number="23V222")
    assert recall.title == "Tow bar electrics"
    assert recall.documents.count() == 2
    assert recall.coverage.filter(product__path="cars/land-rover/lr4/2015").exists()


def test_a_row_without_a_campaign_number_is_refused_with_line_and_reason(tmp_path):
    rows = FILE.read_text(encoding="utf-8") + "12345,letter.pdf,FORD,F-150,2015,A letter\n"
    run = imported(RecallDocumentImporter(), written(tmp_path, rows))
    assert [(refusal.line, refusal.reason) for refusal in run.refusals.all()] == [
        (13, "“12345” is no campaign number, such as 20V123.")
    ]
    assert not DiagnosticDocument.objects.filter(name="letter.pdf").exists()
