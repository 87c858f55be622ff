"""Answers of the public recalls interface, and the parts of Part 573 reports."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from products.actions.imports import undo_import
from products.models import DiagnosticPart, ImportRun, OfficialDiagnostic, Product
from tests.products.importers.running import catalogue, written

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "nhtsa_official"
RESULT: dict[str, Any] = {
    "Manufacturer": "Hyundai Motor America",
    "NHTSACampaignNumber": "20V543000",
    "parkIt": False,
    "parkOutSide": True,
    "overTheAirUpdate": False,
    "ReportReceivedDate": "04/09/2020",
    "Component": "SERVICE BRAKES, HYDRAULIC:ANTILOCK",
    "Summary": "Hyundai is recalling certain 2020 Tucson vehicles. The control unit may corrode internally.",
    "Consequence": "A fire can increase the risk of injury.",
    "Remedy": "Dealers will replace the fuse, free of charge.",
    "Notes": None,
    "ModelYear": "2020",
    "Make": "HYUNDAI",
    "Model": "TUCSON",
}
PARTS = "campaign,component_name,component_desc,part_number,supplier_name,defect_cause,remedy_type\n"


def _answer(folder: Path, *results: dict[str, Any], name: str = "answer.json") -> Path:
    return written(folder, json.dumps({"Count": len(results), "Message": "ok", "results": list(results)}), name)


def _import(path: Path) -> ImportRun:
    call_command("import_recalls_api", path)
    return ImportRun.objects.latest("pk")


def test_a_result_is_a_campaign_with_its_flags_and_the_day_stands_before_the_month(tmp_path: Path) -> None:
    _import(_answer(tmp_path, RESULT, RESULT | {"ModelYear": 2021}))
    found = OfficialDiagnostic.objects.get()
    assert (found.number, str(found.issued_on)) == ("20V543", "2020-09-04")
    assert (found.park_it, found.park_outside, found.over_the_air) == (False, True, False)
    assert (found.title, found.remedy_title) == ("The control unit may corrode internally", "Replace the fuse")
    assert found.consequence == "A fire can increase the risk of injury."
    assert set(found.coverage.values_list("product__path", flat=True)) == {
        "cars/hyundai/tucson/2020",
        "cars/hyundai/tucson/2021",
    }


def test_several_answers_in_one_list_and_a_csv_of_them_are_read_too(tmp_path: Path) -> None:
    park = RESULT | {"NHTSACampaignNumber": "24V244000", "parkIt": "True", "parkOutSide": ""}
    _import(written(tmp_path, json.dumps([{"results": [RESULT]}, {"results": [park]}]), "answers.json"))
    rows = (
        "nhtsacampaignnumber,Make,Model,ModelYear,Summary,overTheAirUpdate\n25V001000,KIA,K5,2025,It may fail.,True\n"
    )
    _import(written(tmp_path, rows))
    assert set(OfficialDiagnostic.objects.values_list("number", "park_it", "park_outside", "over_the_air")) == {
        ("20V543", False, True, False),
        ("24V244", True, False, False),
        ("25V001", False, False, True),
    }


def test_parts_with_supplier_and_cause_hang_on_the_campaign_whichever_file_came_first(tmp_path: Path) -> None:
    cause = "Kia America, Inc. (Kia) is recalling certain 2020 Niro vehicles.  The plug may overheat."
    rows = f'20V543000,Safety plug,Plug (female),37518-K4000,KET,"{cause}",\n'
    parts = written(tmp_path, PARTS + rows + rows.replace("37518-K4000", "N/A").replace("KET", "Not Applicable"))
    _import(parts)
    _import(_answer(tmp_path, RESULT))
    found = OfficialDiagnostic.objects.get()
    assert found.cause == "The plug may overheat."
    assert set(found.parts.values_list("name", "number", "supplier")) == {
        ("Safety plug", "37518-K4000", "KET"),
        ("Safety plug", "", ""),
    }
    assert found.coverage.count() == 1
    assert found.park_outside


def test_a_second_run_changes_nothing_and_undo_leaves_nothing_behind(tmp_path: Path) -> None:
    before = catalogue()
    path = _answer(tmp_path, RESULT)
    first, again = _import(path), _import(path)
    assert (first.rows_created, again.rows_created, again.rows_unchanged) == (1, 0, 1)
    undo_import(run=first, at=timezone.now())
    assert catalogue() == before
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"results": [\n{"a": ', "line 2: no well-formed JSON"),
        ('{"results": "none"}', "holds no list of results"),
        ('{"results": [{"Make": "KIA"}]}', "result 1: no NHTSACampaignNumber"),
        (
            '{"results": [{"NHTSACampaignNumber": "20V543000", "Make": ["KIA"]}]}',
            "result 1: a list where a text belongs",
        ),
        ('{"results": [{"NHTSACampaignNumber": "20V543000", "Make": "K\\u0000"}]}', "result 1: a NUL byte"),
        ('{"results": [{"NHTSACampaignNumber": "20V543000", "Make": "K\\ud800"}]}', "result 1: .*half a character"),
        ("[" * 100_000, "no JSON text in UTF-8 of an ordinary depth"),
        ("\ufeffcampaign;part\n", "line 1: no column NHTSACAMPAIGNNUMBER"),
        ("", "is empty"),
    ],
)
def test_a_broken_answer_is_refused_with_its_place_and_the_refusal_is_on_record(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        _import(written(tmp_path, text, "answer.json"))
    assert not OfficialDiagnostic.objects.exists()
    run = ImportRun.objects.get()
    assert (run.state, run.source_name) == ("refused", "answer.json")
    assert re.search(sentence, run.message)


@pytest.mark.parametrize("text", [json.dumps({"results": [RESULT]}), PARTS])
def test_utf_16_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes(text.encode("utf-16"))
    with pytest.raises(CommandError, match="is UTF-16 text"):
        _import(path)
    assert ImportRun.objects.get().state == "refused"


def test_results_of_one_campaign_that_contradict_each_other_are_one_that_says_what_the_first_said(
    tmp_path: Path,
) -> None:
    other = RESULT | {"Summary": "The pump may leak.", "Component": "STEERING", "ReportReceivedDate": "05/09/2020"}
    run = _import(_answer(tmp_path, RESULT, other | {"parkIt": True}))
    found = OfficialDiagnostic.objects.get()
    assert (found.title, str(found.issued_on)) == ("The control unit may corrode internally", "2020-09-04")
    # Words are the first's; a warning that anyone gave stays.
    assert (found.park_it, run.rows_created, run.rows_updated) == (True, 1, 1)


def test_a_date_with_the_month_first_is_refused_and_the_other_results_come_in(tmp_path: Path) -> None:
    good = [RESULT | {"ModelYear": str(1950 + n)} for n in range(101)]
    run = _import(_answer(tmp_path, *good[:100], RESULT | {"ReportReceivedDate": "09/31/2020"}))
    refusal = run.refusals.get()
    assert (refusal.line, refusal.reason) == (102, "“09/31/2020” is no date like 31/12/2020.")
    assert OfficialDiagnostic.objects.get().coverage.count() == 100


def test_the_genuine_samples_come_in_whole_once() -> None:
    results = SHARED / "hyundai_kia_recalls_api_by_vehicle.csv.gz"
    parts = SHARED / "hyundai_kia_rcl573_components.csv.gz"
    if not results.exists():
        pytest.skip("The samples of the recalls interface are not here.")
    runs = [_import(path) for path in (results, parts)]
    assert [run.rows_refused for run in runs] == [0, 0]
    assert OfficialDiagnostic.objects.filter(park_it=True).count() == 2
    assert OfficialDiagnostic.objects.filter(title__startswith="Recall of").count() == 0
    assert OfficialDiagnostic.objects.exclude(parts=None).count() > 60
    assert DiagnosticPart.objects.exclude(supplier="").exists()
    assert [_import(path).message[:15] for path in (results, parts)] == ["Nothing changed", "Nothing changed"]
