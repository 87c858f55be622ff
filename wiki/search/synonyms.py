"""Words for the same thing: the groups in force, looked up while searching, so that no index is built anew for them.

In force are the groups in the database, and of those that come with the site (`synonyms.csv`) the ones of which neither
the name nor any word stands in the database. So a site without a row has them all, a newer release adds to them by
itself, and what an operator changed or switched off stays so.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import DatabaseError

from wiki.models import Synonym, SynonymChange
from wiki.search.terms import negation_of
from wiki.search.words import stems

SHIPPED = Path(__file__).with_name("synonyms.csv")

KEEP_SECONDS = 2.0
"""How long a process may go on with words that another process has changed. Its own change it sees at once."""

LONGEST_NAME = 60
LONGEST_PHRASE = 60
MOST_WORDS = 4
MOST_PHRASES = 20

Phrase = tuple[str, ...]
"""Words as stems, in order."""

DENIALS = ("no", "wont", "not")
"""First words of phrases that deny the second."""

Table = Mapping[Phrase, tuple[Phrase, ...]]
"""Phrases, each with the others of its group."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Words for the same thing, under the name of what they mean."""

    name: str
    phrases: tuple[str, ...]
    language: str = "en"
    note: str = ""
    is_active: bool = True

    def stemmed(self) -> dict[Phrase, str]:
        """Its phrases as stems, each with the first phrase that has them."""
        found: dict[Phrase, str] = {}
        for phrase in self.phrases:
            found.setdefault(tuple(stems(phrase)), phrase)
        found.pop((), None)
        return found


@dataclass(frozen=True)
class Trouble:
    """Why a group cannot be taken, as a sentence, and the phrase that it is about; empty for the group itself."""

    sentence: str
    phrase: str = ""


def lines_of(text: str) -> tuple[str, ...]:
    """The phrases of a text with one to a line."""
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


def group_of(row: Synonym) -> Group:
    """A row of the database as a group."""
    return Group(
        name=row.name,
        phrases=lines_of(row.phrases),
        language=row.language,
        note=row.note,
        is_active=row.is_active,
    )


@cache
def shipped() -> tuple[Group, ...]:
    """The groups that come with the site."""
    found: dict[str, list[str]] = {}
    with SHIPPED.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            found.setdefault(row["group"], []).append(row["phrase"])
    return tuple(Group(name=name, phrases=tuple(phrases)) for name, phrases in found.items())


def in_force(rows: Iterable[Group]) -> Iterator[Group]:
    """The groups that count when the database holds `rows`, those switched off left out."""
    own = list(rows)
    yield from (group for group in own if group.is_active)
    yield from missing(own)


def missing(rows: Iterable[Group]) -> list[Group]:
    """The shipped groups that the rows say nothing about, neither by name nor by any word."""
    own = list(rows)
    names = {group.name for group in own}
    known = {key for group in own for key in group.stemmed()}
    return [group for group in shipped() if group.name not in names and known.isdisjoint(group.stemmed())]


def taken(rows: Iterable[Group], coming: Iterable[Group], *, renamed: str | None = None) -> dict[Phrase, set[str]]:
    """Each phrase in use with the names of its groups, once `coming` stand in the place of the rows of their names.

    `renamed` is the row that what comes replaces under another name. Shipped groups count where neither a row nor a
    group that comes has their name.
    """
    own = {group.name: group for group in rows}
    later = {name: group for name, group in own.items() if name != renamed} | {group.name: group for group in coming}
    found: dict[Phrase, set[str]] = {}
    for group in [*later.values(), *(known for known in missing(own.values()) if known.name not in later)]:
        if group.is_active:
            for key in group.stemmed():
                found.setdefault(key, set()).add(group.name)
    return found


def troubles(group: Group, taken: Mapping[Phrase, set[str]]) -> list[Trouble]:
    """Why the group cannot be taken beside what is in use, everything at once; an empty list where it can."""
    found: list[Trouble] = []
    if not group.name or len(group.name) > LONGEST_NAME:
        found.append(Trouble(f"A group needs a name of at most {LONGEST_NAME} characters."))
    if len(group.language) != 2 or not (group.language.isascii() and group.language.islower()):
        found.append(Trouble(f"“{group.language}” is no language: two small letters are, as en or de."))
    if len(group.note) > 255:
        found.append(Trouble("The note is too long: 255 characters are the most."))
    if len(group.phrases) > MOST_PHRASES:
        found.append(Trouble(f"{len(group.phrases)} words are too many: a group has at most {MOST_PHRASES}."))
    found += [trouble for phrase in group.phrases if (trouble := _trouble_with(phrase)) is not None]
    twice = {phrase for phrase in group.phrases if group.phrases.count(phrase) > 1}
    found += [Trouble(f"“{phrase}” stands twice in this group.", phrase) for phrase in sorted(twice)]
    keys = group.stemmed()
    if len(group.phrases) < 2:
        found.append(Trouble("One word alone has no other word for it: a group needs two at least."))
    elif len(keys) < 2 and not found:
        found.append(Trouble("The search reads all of these as one word already: a group needs two different ones."))
    for key, phrase in keys.items() if group.is_active else ():
        for other in sorted(taken.get(key, set()) - {group.name}):
            sentence = f"“{phrase}” is in the group “{other}” already: a word belongs to one group."
            found.append(Trouble(sentence, phrase))
    return found


def _trouble_with(phrase: str) -> Trouble | None:
    if len(phrase) > LONGEST_PHRASE:
        return Trouble(f"“{phrase[:LONGEST_PHRASE]}…” is too long: {LONGEST_PHRASE} characters are the most.", phrase)
    said = stems(phrase)
    if not said:
        return Trouble(f"“{phrase}” has no word that a search reads.", phrase)
    if len(said) > MOST_WORDS:
        return Trouble(f"“{phrase}” has {len(said)} words: a phrase has at most {MOST_WORDS}.", phrase)
    return None


_kept: tuple[float, int, Table] | None = None


def forget() -> None:
    """Look at the database again at the next search."""
    global _kept
    _kept = None


def table() -> Table:
    """The phrases in force with the others of their groups; one small query every few seconds, none in between."""
    global _kept
    now = time.monotonic()
    if _kept is not None and now - _kept[0] <= KEEP_SECONDS:
        return _kept[2]
    try:
        stamp = SynonymChange.objects.order_by("-id").values_list("id", flat=True).first() or 0
        if _kept is None or _kept[1] != stamp:
            made = _table_of(in_force(map(group_of, Synonym.objects.all())))
        else:
            made = _kept[2]
    except DatabaseError:  # tools that measure the search run without a database
        stamp, made = 0, _table_of(shipped())
    _kept = (now, stamp, made)
    return made


def _table_of(groups: Iterable[Group]) -> Table:
    found: dict[Phrase, tuple[Phrase, ...]] = {}
    for group in groups:
        keys = tuple(group.stemmed())
        for key in keys:
            found[key] = (*found.get(key, ()), *(other for other in keys if other != key))
    return found


def alternatives(sequence: Sequence[str]) -> list[str]:
    """Stems of the synonyms of every phrase in the sequence that are not in it already; longest phrase first."""
    known = table()
    found: dict[str, None] = {}
    position = 0
    while position < len(sequence):
        for length in range(min(MOST_WORDS, len(sequence) - position), 0, -1):
            others = known.get(tuple(sequence[position : position + length]))
            if others:
                found.update(dict.fromkeys(word for other in others for word in other))
                position += length
                break
        else:
            position += 1
    return [word for word in found if word not in sequence]


def alternatives_of_denied(term: str) -> list[str]:
    """Other words for what is denied: `not_crank` for `not_start`, since "no crank" and "won't start" are one group."""
    said = term.removeprefix("not_")
    known = table()
    others = [other for how in DENIALS for other in known.get((how, said), ())]
    found = [negation_of(other[1]) for other in others if len(other) > 1 and other[0] in DENIALS]
    return [other for other in dict.fromkeys(found) if other != term]
