"""Every kind of table, by the name that a file carries."""

from wiki.importers.tables.fixes import FixTable
from wiki.importers.tables.kinds import TableKind
from wiki.importers.tables.official import OfficialTable
from wiki.importers.tables.outcomes import OutcomeTable
from wiki.importers.tables.parts import PartTable
from wiki.importers.tables.products import ProductTable

KINDS: dict[str, TableKind] = {
    "fixes": FixTable(),
    "outcomes": OutcomeTable(),
    "official": OfficialTable(),
    "parts": PartTable(),
    "products": ProductTable(),
}
