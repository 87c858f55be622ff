"""Restore posts: problems, fixes, comments and tests, by nobody of this site, with whom their licence asks to name."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from django.db.models import prefetch_related_objects

from products.actions.change_feed import tell_changes
from products.models import Change
from products.rules.codes import base_codes
from wiki.actions.drafts import content_of_test, fix_content, problem_content
from wiki.models import (
    Comment,
    DiagnosticLink,
    DiagnosticTest,
    Fix,
    FixPart,
    Pointer,
    Problem,
    Reading,
    Remedy,
    Revision,
)
from wiki.richtext import render

CHUNK = 500
Rows = Iterable[Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dump comes from, and when it is loaded."""

    site: str
    now: datetime.datetime

    @property
    def name(self) -> str:
        """The host of the site, for attribution."""
        return urlsplit(self.site).hostname or self.site


def batches(rows: Rows) -> Iterator[list[Any]]:
    """Rows in batches that are inserted together."""
    iterator = iter(rows)
    while batch := list(islice(iterator, CHUNK)):
        yield batch


def moment(day: datetime.date) -> datetime.datetime:
    """The noon of a day; a dump tells no time."""
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


def same(row: Any, *names: str) -> dict[str, Any]:
    """Fields that a row and a model call by the same name."""
    return {name: getattr(row, name) for name in names}


def problems(rows: Rows, place: Place) -> None:
    """Problems with their links to official diagnostics, then which of them repeat another."""
    duplicates: list[tuple[int, int]] = []
    for batch in batches(rows):
        bases = {row.id: base_codes(row.codes) for row in batch}
        made = [
            Problem(
                product_id=row.product,
                component_id=row.component,
                **same(row, "title", "symptom", "language", "score"),
                symptom_html=render(row.symptom),
                code_text=row.codes,
                code_bases="".join(f" {base}" for base in bases[row.id]) + " " if bases[row.id] else "",
                sighting_count=row.sightings or 0,
                **_post(row, "problem", place),
            )
            for row in batch
        ]
        Problem.objects.bulk_create(made)
        DiagnosticLink.objects.bulk_create(
            [
                DiagnosticLink(
                    problem_id=row.id,
                    diagnostic_id=one.diagnostic,
                    reason=one.reason,
                    linked_at=moment(one.linked_on),
                )
                for row in batch
                for one in row.official
            ]
        )
        _remember(made, "problem", [problem_content(problem) for problem in made])
        tell_changes(Change.Kind.PROBLEM, [row.id for row in batch])
        duplicates += [(row.id, row.duplicate_of) for row in batch if row.duplicate_of is not None]
    _point(Problem, "duplicate_of", duplicates)


def fixes(rows: Rows, place: Place) -> None:
    """Fixes with their parts and remedies, then which of them another took the place of."""
    superseded: list[tuple[int, int]] = []
    for batch in batches(rows):
        made = [
            Fix(
                problem_id=row.problem,
                component_id=row.component,
                **same(
                    row,
                    *("title", "summary", "cause", "first_check", "steps", "tools", "cost", "currency", "hours"),
                    *("difficulty", "safety_class", "is_dangerous", "dangerous_reason", "language", "score"),
                ),
                first_check_html=render(row.first_check) if row.first_check else "",
                steps_html=render(row.steps),
                **_post(row, "fix", place),
            )
            for row in batch
        ]
        Fix.objects.bulk_create(made)
        Remedy.objects.bulk_create([Remedy(pk=row.remedy, fix_id=row.id) for row in batch])
        FixPart.objects.bulk_create(
            [
                FixPart(fix_id=row.id, **same(part, "name", "number", "replaced_by", "price", "quantity"))
                for row in batch
                for part in row.parts
            ]
        )
        prefetch_related_objects(made, "parts")
        _remember(made, "fix", [fix_content(fix) for fix in made])
        tell_changes(Change.Kind.FIX, [row.id for row in batch])
        superseded += [(row.id, row.superseded_by) for row in batch if row.superseded_by is not None]
    _point(Fix, "superseded_by", superseded)


def comments(rows: Rows, place: Place) -> None:
    """Comments; what a manufacturer answered is a comment with its name, since nobody here speaks for it."""
    for batch in batches(rows):
        made = [
            Comment(
                problem_id=row.problem,
                fix_id=row.fix,
                parent_id=row.parent,
                **same(row, "body", "score"),
                body_html=render(row.body),
                **_post(row, "comment", place, by=row.organisation),
            )
            for row in batch
        ]
        Comment.objects.bulk_create(made)
        _remember(made, "comment", [{"body": comment.body} for comment in made])


def tests(rows: Rows, place: Place) -> None:
    """Tests with their readings and what these point to."""
    for batch in batches(rows):
        made = [
            DiagnosticTest(
                problem_id=row.problem,
                **same(row, "title", "how", "tools", "money", "currency", "hours", "safety_class", "is_checked"),
                how_html=render(row.how),
                **_post(row, "test", place),
            )
            for row in batch
        ]
        DiagnosticTest.objects.bulk_create(made)
        readings = [(row.id, number, one) for row in batch for number, one in enumerate(row.readings)]
        Reading.objects.bulk_create(
            [Reading(pk=one.id, test_id=test, place=number, label=one.label) for test, number, one in readings]
        )
        Pointer.objects.bulk_create(
            [
                Pointer(reading_id=one.id, remedy_id=pointer.remedy, strength=pointer.strength)
                for _, _, one in readings
                for pointer in one.pointers
            ]
        )
        _remember(made, "test", [content_of_test(test) for test in made])


def _post(row: Any, kind: str, place: Place, *, by: str = "") -> dict[str, Any]:
    """What every post has, with the attribution that it came with, or its author and the site as one."""
    who = ", ".join(filter(None, [row.author, by])) or "contributors"
    return {
        "pk": row.id,
        "attribution": row.attribution or f"{who} at {place.name}"[:160],
        "licence": row.licence,
        "source_url": row.source_url or row.url[:255],
        "external_number": f"{place.name}:{kind}:{row.id}"[-120:],
        "created_at": moment(row.created_on),
        "updated_at": moment(row.updated_on),
        "is_demonstration": row.demonstration,
    }


def _remember(posts: list[Any], name: str, contents: list[dict[str, Any]]) -> None:
    """The first revision of each post, which says what the dump said."""
    Revision.objects.bulk_create(
        [
            Revision(
                **{f"{name}_id": post.pk}, number=1, content=content, summary="As it came", created_at=post.updated_at
            )
            for post, content in zip(posts, contents, strict=True)
        ]
    )


def _point(model: type[Problem | Fix], name: str, pairs: list[tuple[int, int]]) -> None:
    """Point posts at others of their kind, where these are in the dump: one may be hidden meanwhile."""
    for pk, other in pairs:
        if model._default_manager.filter(pk=other).exists():
            model._default_manager.filter(pk=pk).update(**{name: other})
