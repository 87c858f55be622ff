"""Lists of vehicles by year, make and model: cars > make > model > year."""

from products.actions.load_products import Place
from products.importers.engine import Importer, RowRefused, Tally, is_header
from products.importers.places import load_places, vehicle_place
from products.models import ImportRun, Product

_COLUMNS = ("year", "make", "model")
_WITH_BODY_STYLES = (*_COLUMNS, "body_styles")


class VehicleImporter(Importer[Place]):
    """Reads `year,make,model`, with or without `body_styles`, which are left aside: they are no level of the tree."""

    name = "import_vehicles"

    def __init__(self) -> None:
        self._places: dict[Place, None] = {}
        self._ids: dict[Place, int] = {}
        self._made: frozenset[int] = frozenset()

    def recognise(self, first_row: list[str], name: str) -> bool:
        return is_header(first_row, name, _WITH_BODY_STYLES if len(first_row) == len(_WITH_BODY_STYLES) else _COLUMNS)

    def read(self, fields: list[str]) -> Place | None:
        if not any(fields):
            return None
        if len(fields) not in (len(_COLUMNS), len(_WITH_BODY_STYLES)):
            raise RowRefused(f"{len(fields)} fields, not year, make and model.")
        return vehicle_place(fields[1], fields[2], fields[0])

    def survey(self, record: Place) -> None:
        self._places[record] = None

    def prepare(self, run: ImportRun) -> None:
        self._ids = load_places(self._places, run)
        self._made = frozenset(Product.objects.filter(created_by_run=run).values_list("pk", flat=True))

    def write(self, records: list[Place], run: ImportRun) -> Tally:
        """Count the rows whose product this run made; all are there since `prepare`, with one renumbering."""
        tally = Tally()
        for place in records:
            tally.count(created=self._ids[place] in self._made, updated=False)
        return tally
