"""Change groups of synonyms: one by hand, or many from a table. Each change is on record and counts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import NotPermitted
from accounts.models import User
from wiki.errors import SynonymsRefused
from wiki.models import Synonym, SynonymChange
from wiki.search import synonyms
from wiki.search.synonyms import Group, group_of, taken, troubles


@dataclass(frozen=True)
class Loaded:
    """How many groups of a table were new, changed, and there already."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def save_synonym(*, synonym: Synonym | None, group: Group, actor: User, now: datetime) -> Synonym:
    """Make a group, or change one (its name too). Raises NotPermitted or SynonymsRefused."""
    if not actor.has_perm("wiki.change_synonym"):
        raise NotPermitted
    rows = {row.name: row for row in Synonym.objects.select_for_update()}
    before = group_of(synonym) if synonym is not None else None
    named = rows.get(group.name)
    if named is not None and (synonym is None or named.pk != synonym.pk):
        raise SynonymsRefused([(group.name, "", f"There is a group “{group.name}” already.")])
    _require([group], [group_of(row) for row in rows.values()], renamed=before.name if before is not None else None)
    return _write(synonym, before, group, actor, now)


@transaction.atomic
def delete_synonym(*, synonym: Synonym, actor: User, now: datetime) -> None:
    """Take a group away; one that comes with the site counts again as it came. Raises NotPermitted."""
    if not actor.has_perm("wiki.change_synonym"):
        raise NotPermitted
    before = asdict(group_of(synonym))
    synonym.delete()
    _record(synonym.name, before, None, actor, now)


@transaction.atomic
def load_synonyms(*, groups: Sequence[Group], actor: User | None, now: datetime) -> Loaded:
    """Take groups from a table, all or none: one whose name is there replaces it. Raises SynonymsRefused."""
    rows = {row.name: row for row in Synonym.objects.select_for_update()}
    known = {name: group_of(row) for name, row in rows.items()}
    wanted = {group.name: group for group in groups}
    new = [group for name, group in wanted.items() if known.get(name) != group]
    _require(new, list(known.values()))
    for group in new:
        _write(rows.get(group.name), known.get(group.name), group, actor, now)
    changed = sum(group.name in known for group in new)
    return Loaded(added=len(new) - changed, changed=changed, unchanged=len(wanted) - len(new))


def _require(new: Sequence[Group], rows: Sequence[Group], renamed: str | None = None) -> None:
    used = taken(rows, new, renamed=renamed)
    reasons = [(group.name, one.phrase, one.sentence) for group in new for one in troubles(group, used)]
    if reasons:
        raise SynonymsRefused(reasons)


def _write(row: Synonym | None, before: Group | None, group: Group, actor: User | None, now: datetime) -> Synonym:
    if before == group and row is not None:
        return row
    row = row or Synonym()
    row.name, row.phrases, row.language = group.name, "\n".join(group.phrases), group.language
    row.note, row.is_active = group.note, group.is_active
    row.save()
    _record(group.name, asdict(before) if before is not None else None, asdict(group), actor, now)
    return row


def _record(
    name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, actor: User | None, now: datetime
) -> None:
    SynonymChange.objects.create(name=name, before=before, after=after, changed_by=actor, changed_at=now)
    synonyms.forget()
    # Again once others can see it: a search between the two would have kept the old words.
    transaction.on_commit(synonyms.forget)
