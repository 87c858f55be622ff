"""What people wrote, for the dump: problems, fixes, comments and tests that everybody may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.queries.community_rules import load
from wiki.models import Comment, DiagnosticTest, Fix, Problem
from wiki.open_data import records
from wiki.open_data.written import Written, batches, cleaned, same
from wiki.rules.aggregates import AggregateRules, shown
from wiki.rules.giving_away import public_name, without_numbers


def problems(written: Written) -> Iterator[records.ProblemRecord]:
    """Published problems; a duplicate after what it repeats is not promised."""
    rows = Problem.objects.visible_to(AnonymousUser()).order_by("pk").select_related("author")
    bound = load(AggregateRules)
    for row in batches(rows.prefetch_related("diagnostic_links")):
        if row.product_id not in written.products:
            continue
        written.problems.add(row.pk)
        yield records.ProblemRecord(
            **_post(row),
            product=row.product_id,
            component=row.component_id if row.component_id in written.components else None,
            title=without_numbers(row.title),
            symptom=without_numbers(row.symptom),
            codes=without_numbers(row.code_text),
            language=row.language,
            duplicate_of=row.duplicate_of_id,
            official=[
                records.LinkRecord(diagnostic=one.diagnostic_id, reason=one.reason, linked_on=one.linked_at.date())
                for one in row.diagnostic_links.all()
                if one.diagnostic_id in written.diagnostics
            ],
            score=row.score,
            sightings=shown(row.sighting_count, bound),
        )


def fixes(written: Written) -> Iterator[records.FixRecord]:
    """Published fixes of published problems, with their parts."""
    rows = Fix.objects.visible_to(AnonymousUser()).order_by("pk").select_related("author", "remedy")
    for row in batches(rows.prefetch_related("parts")):
        if row.problem_id not in written.problems:
            continue
        written.fixes.add(row.pk)
        written.remedies.add(row.remedy.pk)
        yield records.FixRecord(
            **_post(row),
            remedy=row.remedy.pk,
            problem=row.problem_id,
            component=row.component_id if row.component_id in written.components else None,
            **cleaned(row, "title", "summary", "cause", "first_check", "steps", "tools", "dangerous_reason"),
            **same(row, "cost", "currency", "hours", "difficulty", "safety_class", "is_dangerous"),
            **same(row, "language", "score"),
            superseded_by=row.superseded_by_id,
            parts=[
                records.PartRecord(**same(part, "name", "number", "replaced_by", "price", "quantity"))
                for part in row.parts.all()
            ],
        )


def comments(written: Written) -> Iterator[records.CommentRecord]:
    """Published comments on problems and fixes. Replies to outcomes are left out, as the words they answer are."""
    rows = Comment.objects.visible_to(AnonymousUser()).filter(outcome=None).order_by("pk")
    for row in batches(rows.select_related("author", "organisation")):
        if (row.parent_id is not None and row.parent_id not in written.comments) or not (
            row.problem_id in written.problems or row.fix_id in written.fixes
        ):
            continue
        written.comments.add(row.pk)
        yield records.CommentRecord(
            **_post(row),
            problem=row.problem_id,
            fix=row.fix_id,
            parent=row.parent_id,
            body=without_numbers(row.body),
            organisation=row.organisation.name[:160] if row.is_official and row.organisation else "",
            score=row.score,
        )


def tests(written: Written) -> Iterator[records.TestRecord]:
    """Published tests of published problems, with what their readings point to."""
    rows = DiagnosticTest.objects.visible_to(AnonymousUser()).order_by("pk").select_related("author", "problem")
    for row in batches(rows.prefetch_related("readings__pointers")):
        if row.problem_id not in written.problems:
            continue
        for reading in row.readings.all():
            written.readings.add(reading.pk)
        yield records.TestRecord(
            **_post(row),
            problem=row.problem_id,
            **cleaned(row, "title", "how", "tools"),
            **same(row, "money", "currency", "hours", "safety_class", "is_checked"),
            readings=[
                records.ReadingRecord(
                    id=reading.pk,
                    label=without_numbers(reading.label),
                    pointers=[
                        records.PointerRecord(remedy=one.remedy_id, strength=one.strength)
                        for one in reading.pointers.all()
                        if one.remedy_id in written.remedies
                    ],
                )
                for reading in row.readings.all()
            ],
        )


def _post(row: Any) -> dict[str, Any]:
    author = row.author if row.author is not None and row.author.is_active and row.author.erased_at is None else None
    return {
        "id": row.pk,
        "url": f"{settings.SITE_URL}{row.get_absolute_url()}" if not isinstance(row, Comment) else "",
        "author": public_name(author.username) if author is not None else None,
        "attribution": row.attribution,
        "licence": row.licence or "CC BY-SA 4.0",
        "source_url": row.source_url,
        "created_on": row.created_at.date(),
        "updated_on": row.updated_at.date(),
        "demonstration": row.is_demonstration,
    }
