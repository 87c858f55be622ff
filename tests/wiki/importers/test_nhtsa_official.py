"""Recalls, bulletins and investigations of the flat files, through the command that tells them apart."""

import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from products.actions.imports import undo_import
from products.actions.load_components import load_components
from products.errors import UndoRefused
from products.importers.recall_documents import RecallDocumentImporter
from products.models import (
    ImportRun,
    Investigation,
    OfficialDiagnostic,
    Product,
)
from products.seed import seed_components
from tests.products.importers.flat_rows import bulletin, flat, investigation, recall, received_bulletin
from tests.products.importers.running import imported, written
from wiki.models import Sighting

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(autouse=True)
def components() -> None:
    load_components(entries=seed_components())


def _import(path: Path, *options: str) -> ImportRun:
    call_command("import_nhtsa_flat", path, *options)
    return ImportRun.objects.latest("pk")


def _everything() -> list[object]:
    """All that official records write, without ids."""
    return [
        list(OfficialDiagnostic.objects.order_by("number").values_list(
            "kind", "publisher", "number", "title", "situation", "cause", "action", "consequence", "issued_on",
            "park_it", "park_outside", "over_the_air", "remedy_title",
        )),
        sorted(OfficialDiagnostic.objects.values_list("number", "components__slug"), key=repr),
        sorted(OfficialDiagnostic.objects.values_list(
            "number", "coverage__product__path", "coverage__built_from", "coverage__built_to"), key=repr),
        sorted(OfficialDiagnostic.objects.values_list("number", "documents__name", "documents__summary"), key=repr),
        sorted(OfficialDiagnostic.objects.values_list(
            "number", "parts__name", "parts__number", "parts__supplier"), key=repr),
        sorted(Investigation.objects.values_list(
            "number", "subject", "summary", "opened_on", "closed_on", "products__path", "components__slug",
            "campaigns__number"), key=repr),
        list(Product.objects.order_by("path").values_list("path", flat=True)),
    ]  # fmt: skip


class TestRecalls:
    def test_a_campaign_says_what_can_go_wrong_what_follows_and_what_is_done(self, tmp_path: Path) -> None:
        run = _import(flat(tmp_path, recall(), recall(MODELTXT="SANTA FE", COMPNAME="ELECTRICAL SYSTEM")))
        found = OfficialDiagnostic.objects.get()
        assert (found.kind, found.publisher, found.number) == ("recall", "NHTSA", "20V543")
        assert found.title.startswith("The control unit may corrode internally")
        assert found.situation.endswith("caf\xe9.")
        assert found.consequence == "A short circuit can cause a fire."
        assert found.action.startswith("Dealers will replace the fuse")
        assert found.remedy_title == "Replace the fuse"
        assert found.issued_on == datetime.date(2020, 9, 4)
        assert found.url == "https://www.nhtsa.gov/recalls?nhtsaId=20V543000"
        assert set(found.components.values_list("slug", flat=True)) == {"antilock-brakes", "electrical"}
        assert set(found.coverage.values_list("product__path", "built_from", "built_to")) == {
            ("cars/hyundai/tucson/2020", datetime.date(2019, 3, 2), datetime.date(2020, 7, 11)),
            ("cars/hyundai/santa-fe/2020", datetime.date(2019, 3, 2), datetime.date(2020, 7, 11)),
        }
        assert (run.rows_created, run.options) == (2, {"kind": "recalls"})
        assert not Sighting.objects.exists()

    def test_the_words_park_outside_are_a_flag_and_other_parking_is_none(self, tmp_path: Path) -> None:
        other = recall(CAMPNO="20V111000", CORRECTIVE_ACTION="Dealers will replace the parking brake, free of charge.")
        never = recall(
            CAMPNO="20V222000", CORRECTIVE_ACTION="Owners are advised not to drive their vehicles until then."
        )
        faster = recall(CAMPNO="20V333000", CORRECTIVE_ACTION="Owners are advised not to drive above 60 mph.")
        _import(flat(tmp_path, recall(), other, never, faster))
        assert set(OfficialDiagnostic.objects.values_list("number", "park_outside", "park_it")) == {
            ("20V543", True, False),
            ("20V111", False, False),
            ("20V222", False, True),
            ("20V333", False, False),
        }

    def test_the_newest_layout_has_flags_and_parts_of_its_own(self, tmp_path: Path) -> None:
        new = recall(
            29, CORRECTIVE_ACTION="", DO_NOT_DRIVE="Yes", MFR_COMP_NAME="HECU", MFR_COMP_PTNO="58920-D3500",
            MFR_COMP_DESC="Control unit",
        )  # fmt: skip
        _import(flat(tmp_path, new))
        found = OfficialDiagnostic.objects.get()
        assert (found.park_it, found.park_outside) == (True, False)
        assert list(found.parts.values_list("name", "number", "description")) == [
            ("HECU", "58920-D3500", "Control unit")
        ]

    def test_build_ranges_of_a_product_only_get_wider(self, tmp_path: Path) -> None:
        later = recall(BGMAN="20190601", ENDMAN="20210101")
        reversed_range = recall(BGMAN="20300101", ENDMAN="20000101")
        _import(flat(tmp_path, recall(), later, reversed_range))
        coverage = OfficialDiagnostic.objects.get().coverage.get()
        assert (coverage.built_from, coverage.built_to) == (datetime.date(2019, 3, 2), datetime.date(2021, 1, 1))

    def test_a_part_of_an_old_campaign_keeps_its_nine_characters_and_a_tyre_is_no_car(self, tmp_path: Path) -> None:
        _import(flat(tmp_path, recall(CAMPNO="81V115006"), recall(CAMPNO="95I103000", RCLTYPECD="T", YEARTXT="9999")))
        assert set(OfficialDiagnostic.objects.values_list("number", "coverage__product__path")) == {
            ("81V115006", "cars/hyundai/tucson/2020"),
            ("95I103", "tires/hyundai/tucson"),
        }

    def test_a_csv_with_the_official_column_names_is_read_in_any_order(self, tmp_path: Path) -> None:
        path = written(
            tmp_path,
            "desc_defect,CAMPNO,MAKETXT,MODELTXT,YEARTXT\nThe hose may leak at its joint.,20v999000,KIA,SOUL,2016.0\n",
        )
        _import(path)
        assert OfficialDiagnostic.objects.get().title == "The hose may leak at its joint"
        assert Product.objects.filter(path="cars/kia/soul/2016").exists()


class TestMerging:
    DOCUMENTS = (
        "NHTSA ID,DOCUMENT NAME,MAKE,MODEL,MODEL YEAR,SUMMARY\n"
        "20V543,RCONL-20V543-1.pdf,HYUNDAI,TUCSON,2020,Owner letter\n"
    )

    def test_a_title_that_only_names_the_product_gives_way_and_undo_brings_it_back(self, tmp_path: Path) -> None:
        imported(RecallDocumentImporter(), written(tmp_path, self.DOCUMENTS))
        before = _everything()
        assert OfficialDiagnostic.objects.get().title == "Recall of Hyundai Tucson"
        run = _import(flat(tmp_path, recall()))
        found = OfficialDiagnostic.objects.get()
        assert found.title.startswith("The control unit may corrode")
        assert found.remedy_title == "Replace the fuse"
        assert found.documents.count() == 1
        assert found.coverage.get().built_from == datetime.date(2019, 3, 2)
        undo_import(run=run, at=timezone.now())
        assert _everything() == before

    def test_the_order_of_the_files_makes_no_difference(self, tmp_path: Path) -> None:
        documents = written(tmp_path, self.DOCUMENTS)
        recalls = flat(tmp_path, recall(), name="FLAT_RCL.txt")
        imported(RecallDocumentImporter(), documents)
        _import(recalls)
        first = _everything()
        for run in ImportRun.objects.order_by("-pk"):
            undo_import(run=run, at=timezone.now())
        assert not OfficialDiagnostic.objects.exists()
        _import(recalls)
        imported(RecallDocumentImporter(), documents)
        assert _everything() == first

    def test_what_is_said_already_stays_and_what_somebody_wrote_too(self, tmp_path: Path) -> None:
        _import(flat(tmp_path, recall(CONEQUENCE_DEFECT="")))
        OfficialDiagnostic.objects.update(title="Brakes: control unit", action="Ask the dealer")
        _import(flat(tmp_path, recall(DESC_DEFECT="Another text may fail.", CORRECTIVE_ACTION="", RCDATE="20210101")))
        found = OfficialDiagnostic.objects.get()
        assert (found.title, found.action) == ("Brakes: control unit", "Ask the dealer")
        assert found.situation.endswith("caf\xe9.")
        assert found.consequence == "A short circuit can cause a fire."
        assert found.park_outside
        assert found.issued_on == datetime.date(2020, 9, 4)

    def test_a_second_run_changes_nothing_and_undo_leaves_nothing_behind(self, tmp_path: Path) -> None:
        before = _everything()
        path = flat(tmp_path, recall(27, MFR_COMP_NAME="HECU"), recall(27, MODELTXT="SANTA FE"))
        first = _import(path)
        after = _everything()
        second = _import(path)
        assert second.message.startswith("Nothing changed: all 2 rows")
        assert _everything() == after
        undo_import(run=first, at=timezone.now())
        assert _everything() == before

    def test_the_first_of_two_runs_waits_for_the_second_to_be_undone(self, tmp_path: Path) -> None:
        first = _import(flat(tmp_path, recall()))
        second = _import(flat(tmp_path, recall(YEARTXT="2021")))
        with pytest.raises(UndoRefused, match=f"of run {second.pk}"):
            undo_import(run=first, at=timezone.now())
        undo_import(run=second, at=timezone.now())
        undo_import(run=first, at=timezone.now())
        assert not OfficialDiagnostic.objects.exists()


class TestBulletins:
    def test_a_bulletin_for_several_makes_is_one_diagnostic_with_number_summary_and_link(self, tmp_path: Path) -> None:
        _import(flat(tmp_path, bulletin(), bulletin(MAKETXT="MERCURY", MODELTXT="SABLE")))
        found = OfficialDiagnostic.objects.get()
        assert (found.kind, found.publisher, found.number) == ("bulletin", "Ford", "94235")
        assert found.title == "Front brake vibration when stopping"
        assert found.situation == "FRONT BRAKE VIBRATION WHEN STOPPING."
        assert found.url == "https://www.nhtsa.gov/?nhtsaId=37731"
        assert found.issued_on == datetime.date(1994, 11, 1)
        assert found.remedy_title == ""
        assert list(found.components.values_list("slug", flat=True)) == ["brake-discs"]
        assert found.coverage.count() == 2

    def test_a_bulletin_spread_over_two_batches_stays_one(self, tmp_path: Path) -> None:
        lines = [bulletin(YEARTXT=str(1950 + n % 70), MODELTXT=f"M{n}") for n in range(2_000)]
        _import(flat(tmp_path, *lines, bulletin(MAKETXT="MERCURY")))
        assert OfficialDiagnostic.objects.get().coverage.count() == 2_001

    def test_without_a_number_of_the_maker_the_filing_number_stands_for_it(self, tmp_path: Path) -> None:
        _import(flat(tmp_path, bulletin(BULNO="12/8/94", ID="37722"), bulletin(BULNO="05/91", ID="37067", SUMMARY="")))
        assert set(OfficialDiagnostic.objects.values_list("number", "title")) == {
            ("NHTSA 37722", "Front brake vibration when stopping"),
            ("NHTSA 37067", "Service bulletin on service brakes, hydraulic: foundation components: disc: rotor"),
        }

    def test_the_files_by_years_have_fourteen_columns(self, tmp_path: Path) -> None:
        run = _import(flat(tmp_path, received_bulletin(BULNO="SB-1", SUMMARY="Software update for the display.")))
        assert run.options == {"kind": "bulletins"}
        assert OfficialDiagnostic.objects.get(number="SB-1").title == "Software update for the display"


class TestInvestigations:
    def test_an_investigation_has_its_dates_products_components_and_campaigns(self, tmp_path: Path) -> None:
        run = _import(flat(tmp_path, investigation(), investigation(CAMPNO="21V000000", MODEL="SONATA")))
        found = Investigation.objects.get()
        assert (found.number, found.subject, found.stage) == (
            "PE19003",
            "Engine compartment fires",
            "preliminary evaluation",
        )
        assert (found.opened_on, found.closed_on) == (datetime.date(2019, 3, 29), datetime.date(2021, 4, 23))
        assert set(found.products.values_list("path", flat=True)) == {
            "cars/hyundai/tucson/2020",
            "cars/hyundai/sonata/2020",
        }
        assert [str(campaign) for campaign in found.campaigns.all()] == ["20V543", "21V000"]
        assert [str(component) for component in found.components.all()] == ["Brakes"]
        assert run.rows_created == 2

    def test_a_later_file_fills_the_day_of_closing_and_undo_opens_it_again(self, tmp_path: Path) -> None:
        nothing = "There is no summary currently available"
        _import(flat(tmp_path, investigation(CDATE="", SUMMARY=nothing)))
        before = _everything()
        assert Investigation.objects.get().summary == ""
        run = _import(flat(tmp_path, investigation(SUBJECT="Something else")))
        found = Investigation.objects.get()
        assert (found.closed_on, found.subject) == (datetime.date(2021, 4, 23), "Engine compartment fires")
        assert (run.rows_created, run.rows_updated) == (0, 1)
        undo_import(run=run, at=timezone.now())
        assert _everything() == before
        undo_import(run=ImportRun.objects.earliest("pk"), at=timezone.now())
        assert not Investigation.objects.exists()


class TestWhatAFileIs:
    def test_the_file_tells_whatever_it_is_called(self, tmp_path: Path) -> None:
        run = _import(flat(tmp_path, investigation(), name="FLAT_RCL.txt"))
        assert run.options == {"kind": "investigations"}

    def test_the_operator_may_say_it_and_is_told_when_it_cannot_be(self, tmp_path: Path) -> None:
        path = flat(tmp_path, recall())
        with pytest.raises(CommandError, match=r"line 1: no column BULNO, .*so no bulletin can be made of it"):
            _import(path, "--kind", "bulletins")
        assert _import(path, "--kind", "recalls").state == "finished"

    def test_a_file_that_is_none_of_them_is_refused_in_a_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"line 1: no column CDESCR, .*so no complaint can be made of it"):
            _import(written(tmp_path, "a,b\n1,2\n"))
        assert ImportRun.objects.get().state == "refused"


class TestHostileFiles:
    @pytest.mark.parametrize("line", [recall, bulletin, investigation])
    def test_a_nul_byte_a_huge_field_another_delimiter_and_utf_16_refuse_the_file(self, tmp_path: Path, line) -> None:  # type: ignore[no-untyped-def]
        before = _everything()
        for broken, sentence in (
            (line() + line().replace("2", "\0"), "line 2: a NUL byte"),
            (line() + "x" * 1_000_001, "line 2: longer than"),
            (line().replace("\t", ";").replace("\xe9", "e"), "line 1: "),
        ):
            with pytest.raises(CommandError, match=sentence):
                _import(flat(tmp_path, broken))
        (tmp_path / "file.txt").write_bytes(line().encode("utf-16"))
        with pytest.raises(CommandError, match="is UTF-16 text"):
            _import(tmp_path / "file.txt")
        assert set(ImportRun.objects.values_list("state", flat=True)) == {"refused"}
        assert _everything() == before

    def test_a_cut_row_no_date_and_the_year_9999_are_refused_with_line_and_reason(self, tmp_path: Path) -> None:
        good = [recall(YEARTXT=str(1950 + n % 60), CAMPNO=f"20V{n:03}000") for n in range(300)]
        run = _import(flat(tmp_path, *good, recall(RCDATE="99990101"), recall(BGMAN="20201341"), "7\t20V1\r\n"))
        assert [(refusal.line, refusal.reason) for refusal in run.refusals.all()] == [
            (301, "9999-01-01 is no date of an official record."),
            (302, "“20201341” is no date like 20240531."),
            (303, "2 fields instead of 24."),
        ]
        assert OfficialDiagnostic.objects.count() == 300

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (recall(), recall(DESC_DEFECT="THE PUMP MAY LEAK FUEL.", RCDATE="20190101", COMPNAME="STEERING")),
            (bulletin(), bulletin(SUMMARY="THE PUMP MAY LEAK FUEL.", BULDTE="19950201", COMPNAME="STEERING")),
            (investigation(), investigation(SUBJECT="PUMP LEAKS", ODATE="20180101", COMPNAME="STEERING")),
        ],
    )
    def test_a_number_twice_that_contradicts_itself_is_one_record_that_says_what_came_first(
        self, tmp_path: Path, first: str, second: str
    ) -> None:
        def said() -> list[object]:
            return [
                *OfficialDiagnostic.objects.values_list("number", "title", "situation", "issued_on"),
                *Investigation.objects.values_list("number", "subject", "opened_on"),
            ]

        _import(flat(tmp_path, first))
        before = said()
        run = _import(flat(tmp_path, first, second, name="both.txt"))
        assert said() == before
        assert (len(before), run.rows_unchanged + run.rows_created, run.rows_updated) == (1, 2, 0)

    def test_a_date_of_zeroes_is_none(self, tmp_path: Path) -> None:
        _import(flat(tmp_path, recall(RCDATE="00000000", DATEA="", BGMAN="00000000")))
        found = OfficialDiagnostic.objects.get()
        assert (found.issued_on, found.coverage.get().built_from) == (None, None)

    def test_more_than_a_hundredth_of_bad_rows_writes_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="more than 1 %"):
            _import(flat(tmp_path, recall(), recall(CAMPNO="x"), recall(CAMPNO="y")))
        assert not OfficialDiagnostic.objects.exists()


@pytest.mark.parametrize(
    ("name", "rows", "diagnostics", "investigations"),
    [("FLAT_RCL", 100, 21, 0), ("FLAT_TSBS", 100, 24, 0), ("FLAT_INV", 110, 0, 49)],
)
def test_the_genuine_samples_come_in_whole_once_and_go_without_a_trace(
    name: str, rows: int, diagnostics: int, investigations: int
) -> None:
    path = SHARED / "nhtsa_layouts" / f"{name}_sample100.txt"
    if not path.exists():
        pytest.skip("The samples of the flat files are not here.")
    before = _everything()
    first, again = _import(path), _import(path)
    assert (first.rows_refused, again.rows_unchanged) == (0, rows)
    assert (OfficialDiagnostic.objects.count(), Investigation.objects.count()) == (diagnostics, investigations)
    undo_import(run=first, at=timezone.now())
    assert _everything() == before
