"""Lists of fault codes in three shapes, each meaning with its source."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from products.actions.load_products import Place, Step
from products.database import insert_many
from products.errors import CodeNotUnderstood, FileRefused
from products.importers.changes import change_rows
from products.importers.engine import Importer, RowRefused, Tally, is_header
from products.importers.places import CARS, load_places
from products.importers.spelling import make_name
from products.models import FaultCode, ImportRun, Product
from products.rules.codes import ParsedCode, parse_code
from products.rules.naming import key_of, tidy

_TWO_COLUMNS = ("dtc", "description")
_WITH_MAKE = ("code", "manufacturer", "description", "type", "locale", "is_generic", "source_file")
_EVERY_MAKE = "generic"
_SOME_MAKE = "other"
MAKE_NOT_NAMED = ", make not named"
_ORDINARY = re.compile(r"[PCBU][0-3][0-9A-F]{3}")
_LONGEST_DESCRIPTION, _LONGEST_SOURCE = 600, 80


class CodeKey(NamedTuple):
    """What makes a meaning one: the code in its parts, the make if it is a make's own, and the source."""

    base: str
    failure_type: str
    status: str
    module: str
    source: str
    make: str


# The same with the make's id, as it is stored.
_StoredKey = tuple[str | int | None, ...]


class Meaning(NamedTuple):
    """What a source says that a code means."""

    key: CodeKey
    description: str


class FaultCodeImporter(Importer[Meaning]):
    """Reads `dtc,description` with titles and blank lines between, the same without a header, and a list by make.

    `source` names who says so; without it the file's name does. Meanings of other sources stay beside these; a meaning
    that the same source gave before is corrected.
    """

    name = "import_fault_codes"

    def __init__(self, *, source: str) -> None:
        self._source = tidy(source)[: _LONGEST_SOURCE - len(MAKE_NOT_NAMED)]
        self._has_make = False
        self._seen: dict[CodeKey, str] = {}
        self._makes: dict[str, int | None] = {"": None}

    @classmethod
    def for_file(cls, path: Path, source: str = "") -> "FaultCodeImporter":
        """An importer whose source is called like the file, unless it has a name."""
        return cls(source=source or path.name.partition(".")[0].replace("_", " "))

    @property
    def options(self) -> dict[str, Any]:
        return {"source": self._source}

    def recognise(self, first_row: list[str], name: str) -> bool:
        if len(first_row) == len(_WITH_MAKE):
            self._has_make = is_header(first_row, name, _WITH_MAKE)
            return True
        if len(first_row) == 2 and _ORDINARY.fullmatch(first_row[0].strip().upper()):
            return False
        if not key_of(self._source):
            raise FileRefused(f"The source of {name} needs a name.")
        return is_header(first_row, name, _TWO_COLUMNS)

    def read(self, fields: list[str]) -> Meaning | None:
        if not any(field.strip() for field in fields):
            return None
        if not self._has_make:
            if len(fields) == 1:
                return None  # a title between the codes
            if len(fields) != 2:
                raise RowRefused(f"{len(fields)} fields, not a code and its meaning.")
            return self._meaning(fields[0], fields[1], "")
        if len(fields) != len(_WITH_MAKE):
            raise RowRefused(f"{len(fields)} fields instead of {len(_WITH_MAKE)}.")
        return self._meaning(fields[0], fields[2], fields[1])

    def _meaning(self, code: str, description: str, make: str) -> Meaning:
        parsed, description = _parsed(code), tidy(description)
        if not description:
            raise RowRefused("The code has no meaning.")
        if len(description) > _LONGEST_DESCRIPTION:
            raise RowRefused(f"The meaning is longer than {_LONGEST_DESCRIPTION} characters.")
        kind = make.strip().casefold()
        source = self._source + MAKE_NOT_NAMED if kind == _SOME_MAKE else self._source
        own = "" if kind in ("", _EVERY_MAKE, _SOME_MAKE) else make_name(make)
        if own and not key_of(own):
            raise RowRefused("The make has no letter or digit.")
        key = CodeKey(parsed.base, parsed.failure_type, parsed.status, parsed.module, source, own)
        return Meaning(key, description)

    def survey(self, record: Meaning) -> None:
        before = self._seen.setdefault(record.key, record.description)
        if before != record.description:
            raise RowRefused(f"{record.key.base} stands in this file before with another meaning.")

    def prepare(self, run: ImportRun) -> None:
        makes = sorted({key.make for key in self._seen if key.make})
        places: dict[str, Place] = {
            make: (Step(Product.Level.CATEGORY, CARS), Step(Product.Level.MAKE, make)) for make in makes
        }
        ids = load_places(places.values(), run)
        self._makes |= {make: ids[place] for make, place in places.items()}

    def write(self, records: list[Meaning], run: ImportRun) -> Tally:
        there = self._there(records)
        tally = Tally()
        new: dict[_StoredKey, str] = {}
        changes: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
        for record in records:
            key = (*record.key[:-1], self._makes[record.key.make])
            pk, description = there.get(key, (0, ""))
            is_new = pk == 0 and key not in new
            is_changed = pk != 0 and pk not in changes and description != record.description
            if is_new:
                new[key] = record.description
            if is_changed:
                changes[pk] = ({"description": description}, {"description": record.description})
            tally.count(created=is_new, updated=is_changed)
        insert_many(
            FaultCode,
            [*CodeKey._fields, "description", "is_demonstration", "created_by_run"],
            ((*key, description, False, run.pk) for key, description in new.items()),
        )
        change_rows(run, FaultCode, [(pk, before, after) for pk, (before, after) in changes.items()])
        return tally

    @staticmethod
    def _there(records: list[Meaning]) -> dict[_StoredKey, tuple[int, str]]:
        """The meanings that are there for these codes and sources: id and description."""
        rows = FaultCode.objects.filter(
            base__in={record.key.base for record in records}, source__in={record.key.source for record in records}
        ).values_list("base", "failure_type", "status", "module", "source", "make_id", "pk", "description")
        return {tuple(row[:6]): (row[6], row[7]) for row in rows}


def _parsed(code: str) -> ParsedCode:
    base = code.strip().upper()
    if _ORDINARY.fullmatch(base):
        return ParsedCode(base)
    try:
        return parse_code(code)
    except CodeNotUnderstood as error:
        raise RowRefused(str(error)) from error
