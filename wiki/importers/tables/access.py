"""Who brings which table: organisations' staff within their scope, moderators of the site, experienced members."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Organisation, User
from accounts.queries.privileges import may
from accounts.queries.standing import standing_of
from wiki.errors import NotAllowed
from wiki.importers.tables.kinds import Bringer
from wiki.models import TableImport
from wiki.permissions import refusal_to_operate
from wiki.rules.table_columns import TABLES

_OF_PROFESSIONALS = ("outcomes", "fixes", "parts")
_OF_STAFF = ("official", "parts", "products")
_OF_MODERATORS = ("fixes", "official", "parts", "products")
_OF_MEMBERS = ("fixes", "parts")


@dataclass(frozen=True, slots=True)
class Door:
    """A kind of table that a person may bring, for an organisation or in their own name."""

    kind: str
    organisation_id: int | None
    name: str

    @property
    def value(self) -> str:
        """What a form sends for it."""
        return f"{self.kind}:{self.organisation_id or ''}"

    @property
    def label(self) -> str:
        """What a person reads."""
        title = TABLES[self.kind].title
        return f"{title}, for {self.name}" if self.name else title


def doors_of(person: User) -> tuple[Door, ...]:
    """What the person may bring: no query beyond those of the standing."""
    found: list[Door] = []
    for there in standing_of(person).affiliations:
        kinds = {"professional": _OF_PROFESSIONALS, "staff": _OF_STAFF}.get(there.role or "", ())
        found += [Door(kind, there.organisation_id, there.name) for kind in kinds]
    if refusal_to_operate(person) is None:
        found += [Door(kind, None, "") for kind in _OF_MODERATORS]
    elif may(person, "edit_without_review"):
        found += [Door(kind, None, "") for kind in _OF_MEMBERS]
    return tuple(found)


def refusal_to_bring(person: User) -> NotAllowed | None:
    """Why the person may bring no table at all."""
    if doors_of(person):
        return None
    return NotAllowed(
        "Tables are brought by the staff of verified organisations, by moderators, and by members who edit without "
        "review: an import is many posts at once, and nobody looks at each."
    )


def bringer_of(table_import: TableImport) -> Bringer:
    """Who brings a table; raises NotAllowed where the right is gone, as of somebody who left the organisation."""
    for door in doors_of(table_import.member):
        if (door.kind, door.organisation_id) == (table_import.kind, table_import.organisation_id):
            organisation = None if door.organisation_id is None else Organisation.objects.get(pk=door.organisation_id)
            return Bringer(table_import.member, organisation)
    raise NotAllowed("You may not bring this table any more.")
