"""The official export of recall documents: one row per document, make, model and year."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from products.actions.change_feed import tell_changes
from products.actions.load_products import Place
from products.database import insert_many
from products.importers.changes import change_rows
from products.importers.engine import Importer, RowRefused, Tally, is_header
from products.importers.official_records import NHTSA, SOURCE
from products.importers.places import RECALLED, load_places, vehicle_place
from products.importers.summaries import Reading, clean, read_summary, remedy_in
from products.models import Change, DiagnosticDocument, DiagnosticProduct, ImportRun, OfficialDiagnostic, Product
from products.rules.campaigns import campaign_address, campaign_number, placeholder_remedy, placeholder_title

_COLUMNS = ("NHTSA ID", "DOCUMENT NAME", "MAKE", "MODEL", "MODEL YEAR", "SUMMARY")
_DOCUMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()-]{0,158}")
_DOCUMENT_URL = "https://static.nhtsa.gov/odi/rcl/20{year}/{name}"
_SHORTEST_TEXT = 60
_ROWS_AT_ONCE = 500


class RecallRow(NamedTuple):
    """A document of a campaign that covers a product."""

    number: str
    document: str
    place: Place
    summary: str


@dataclass(slots=True)
class _Campaign:
    """What the first pass learns of a campaign: its best summary, what the dealer does, and what it covers."""

    best: Reading = field(default_factory=lambda: Reading(-1, "", ""))
    remedy: str = ""
    documents: set[str] = field(default_factory=set)
    models: dict[Place, None] = field(default_factory=dict)


class RecallDocumentImporter(Importer[RecallRow]):
    """Makes one official diagnostic of each campaign, covering its products, with its documents.

    What is there already stays: a campaign read again only gains the documents and products that it lacks, and a
    document its summary.
    """

    name = "import_recall_documents"

    def __init__(self) -> None:
        self._campaigns: dict[str, _Campaign] = {}
        self._places: dict[Place, None] = {}
        self._product_ids: dict[Place, int] = {}
        self._diagnostic_ids: dict[str, int] = {}

    def recognise(self, first_row: list[str], name: str) -> bool:
        return is_header(first_row, name, _COLUMNS)

    def read(self, fields: list[str]) -> RecallRow | None:
        if not any(fields):
            return None
        if len(fields) != len(_COLUMNS):
            raise RowRefused(f"{len(fields)} fields instead of {len(_COLUMNS)}.")
        number, document = fields[0].strip().upper(), fields[1].strip()
        category = _category(number)
        if not _DOCUMENT.fullmatch(document):
            raise RowRefused(f"“{document[:40]}” is no document's name.")
        return RecallRow(number, document, vehicle_place(fields[2], fields[3], fields[4], category), fields[5])

    def survey(self, record: RecallRow) -> None:
        self._places[record.place] = None
        campaign = self._campaigns.get(record.number)
        if campaign is None:
            campaign = self._campaigns[record.number] = _Campaign()
        campaign.models[record.place[:3]] = None
        if record.document in campaign.documents:
            return
        campaign.documents.add(record.document)
        reading = read_summary(record.summary)
        if (reading.score, len(reading.text) if reading.score == 0 else 0) > (
            campaign.best.score,
            len(campaign.best.text) if campaign.best.score == 0 else 0,
        ):
            campaign.best = reading
        campaign.remedy = campaign.remedy or remedy_in(record.summary)

    def prepare(self, run: ImportRun) -> None:
        self._product_ids = load_places(self._places, run)
        numbers = list(self._campaigns)
        for start in range(0, len(numbers), _ROWS_AT_ONCE):
            self._publish(numbers[start : start + _ROWS_AT_ONCE], run)

    def _publish(self, numbers: list[str], run: ImportRun) -> None:
        there = dict(OfficialDiagnostic.objects.filter(publisher=NHTSA, number__in=numbers).values_list("number", "pk"))
        new = [number for number in numbers if number not in there]
        rows = [self._diagnostic(number, run) for number in new]
        if rows:
            ids = insert_many(OfficialDiagnostic, list(rows[0]), [list(row.values()) for row in rows])
            there |= dict(zip(new, ids, strict=True))
        self._diagnostic_ids |= there

    def _diagnostic(self, number: str, run: ImportRun) -> dict[str, Any]:
        campaign = self._campaigns[number]
        says_something = campaign.best.score > 0 or len(campaign.best.text) >= _SHORTEST_TEXT
        return {
            "kind": OfficialDiagnostic.Kind.RECALL.value,
            "publisher": NHTSA,
            "number": number,
            "title": campaign.best.title or placeholder_title([_said(model) for model in campaign.models], number),
            "situation": campaign.best.text if says_something else "",
            "cause": "",
            "action": "",
            "consequence": "",
            "warning": "",
            "url": campaign_address(number),
            "market": "US",
            "remedy_available": True,
            "park_it": False,
            "park_outside": False,
            "over_the_air": False,
            "remedy_title": campaign.remedy or placeholder_remedy(number),
            "remedy_currency": "USD",
            "source": SOURCE,
            "is_demonstration": False,
            "created_by_run": run.pk,
        }

    def write(self, records: list[RecallRow], run: ImportRun) -> Tally:
        ids = {self._diagnostic_ids[record.number] for record in records}
        covered = set(
            DiagnosticProduct.objects.filter(diagnostic_id__in=ids).values_list("diagnostic_id", "product_id")
        )
        documents = {
            (diagnostic, name): (pk, summary)
            for pk, diagnostic, name, summary in DiagnosticDocument.objects.filter(diagnostic_id__in=ids).values_list(
                "pk", "diagnostic_id", "name", "summary"
            )
        }
        new_documents: dict[tuple[int, str], RecallRow] = {}
        new_coverage: dict[tuple[int, int], None] = {}
        filled: list[tuple[int, dict[str, Any], dict[str, Any]]] = []
        touched: dict[int, None] = {}
        tally = Tally()
        for record in records:
            diagnostic = self._diagnostic_ids[record.number]
            document = (diagnostic, record.document)
            coverage = (diagnostic, self._product_ids[record.place])
            is_new = is_filled = False
            if document not in documents:
                documents[document] = (0, record.summary)
                new_documents[document] = record
                is_new = True
            elif not documents[document][1] and record.summary.strip() and documents[document][0]:
                filled.append((documents[document][0], {"summary": ""}, {"summary": clean(record.summary)}))
                documents[document] = (documents[document][0], record.summary)
                is_filled = True
            if coverage not in covered:
                covered.add(coverage)
                new_coverage[coverage] = None
                is_new = True
            if is_new or is_filled:
                touched[diagnostic] = None
            tally.count(created=is_new, updated=is_filled)
        insert_many(
            DiagnosticDocument,
            ["diagnostic", "name", "summary", "url", "created_by_run"],
            (
                (diagnostic, name, clean(row.summary), _document_url(row), run.pk)
                for (diagnostic, name), row in new_documents.items()
            ),
        )
        insert_many(
            DiagnosticProduct,
            ["diagnostic", "product", "serial_from", "serial_to", "created_by_run"],
            ((diagnostic, product, "", "", run.pk) for diagnostic, product in new_coverage),
        )
        change_rows(run, DiagnosticDocument, filled)
        tell_changes(Change.Kind.OFFICIAL, touched)
        return tally


@lru_cache(maxsize=8192)
def _category(number: str) -> str:
    if campaign_number(number) != number or number[2] not in RECALLED:
        raise RowRefused(f"“{number[:20]}” is no campaign number, such as 20V123.")
    return RECALLED[number[2]]


def _said(model: Place) -> str:
    return " ".join(step.name for step in model if step.kind != Product.Level.CATEGORY)


def _document_url(row: RecallRow) -> str:
    return _DOCUMENT_URL.format(year=row.number[:2], name=row.document.replace(" ", "%20"))
