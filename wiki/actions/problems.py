"""Acts on problems: ask, edit, restore, delete."""

from __future__ import annotations

import datetime

from django.db import transaction

from accounts.models import User
from accounts.queries.standing import spoken_for
from products.models import Change
from products.rules.codes import base_codes
from wiki.actions.drafts import Content, PhotoDraft, ProblemDraft, problem_content, problem_draft
from wiki.actions.evidence import settle_problem_evidence
from wiki.actions.following import tell_followers
from wiki.actions.limits import check_edit, check_posting, check_text
from wiki.actions.locking import lock
from wiki.actions.photos import add_photo
from wiki.actions.revising import check_version, record_revision, revision_of
from wiki.models import Problem
from wiki.permissions import refusal_to_delete, refusal_to_edit, require
from wiki.richtext import render


@transaction.atomic
def ask_problem(
    *,
    draft: ProblemDraft,
    actor: User,
    now: datetime.datetime,
    photo: PhotoDraft | None = None,
    is_demonstration: bool = False,
) -> Problem:
    """Publish a problem, perhaps with a photo: both or neither.

    Raises the refusals of posting (privilege, new-member limits, length) and `PhotoRefused`.
    """
    check_text(draft.symptom)
    check_posting(actor=actor, kind="problem", now=now, text=draft.symptom, product=draft.product)
    problem = Problem(
        author=actor,
        organisation_id=spoken_for(actor, draft.product),
        created_at=now,
        is_demonstration=is_demonstration,
    )
    _put(problem, draft, now)
    problem.save()
    record_revision(post=problem, content=problem_content(problem), actor=actor, now=now)
    if photo is not None:
        add_photo(post=problem, upload=photo.upload, caption=photo.caption, actor=actor, now=now)
    _announce(problem)
    tell_followers(about=problem, kind="new_problem", actor=actor, now=now)
    return problem


@transaction.atomic
def edit_problem(
    *,
    problem: Problem,
    draft: ProblemDraft,
    base_version: int,
    actor: User,
    now: datetime.datetime,
    summary: str = "",
) -> Problem:
    """Change a problem, keeping what it said. Raises `EditConflict` if it was begun on an older version."""
    locked = lock(problem)
    require(refusal_to_edit(actor, locked))
    check_text(draft.symptom)
    check_edit(actor=actor, now=now, text=draft.symptom)
    check_version(post=locked, base_version=base_version, mine=draft.content(), theirs=problem_content(locked))
    moved = draft.product.pk != locked.product_id
    _put(locked, draft, now)
    locked.version += 1
    locked.save()
    if moved:
        settle_problem_evidence(problem=locked, now=now)
    record_revision(post=locked, content=problem_content(locked), actor=actor, now=now, summary=summary)
    _announce(locked)
    return locked


@transaction.atomic
def restore_problem_revision(
    *, problem: Problem, number: int, base_version: int, actor: User, now: datetime.datetime
) -> Problem:
    """Make a problem say again what its revision says, as a new revision."""
    content: Content = revision_of(problem, number).content
    return edit_problem(
        problem=problem,
        draft=problem_draft(content),
        base_version=base_version,
        actor=actor,
        now=now,
        summary=f"Restored revision {number}",
    )


@transaction.atomic
def delete_problem(*, problem: Problem, actor: User, now: datetime.datetime) -> Problem:
    """Take a problem away; its rows stay. Raises `HasOthersWork` where others wrote below it."""
    locked = lock(problem)
    require(refusal_to_delete(actor, locked))
    locked.state = Problem.State.DELETED
    locked.updated_at = now
    locked.save(update_fields=["state", "updated_at"])
    _announce(locked)
    return locked


def _put(problem: Problem, draft: ProblemDraft, now: datetime.datetime) -> None:
    content = draft.content()
    bases = base_codes(content["code_text"])
    problem.product = draft.product
    problem.component = draft.component
    problem.title = content["title"]
    problem.symptom = content["symptom"]
    problem.symptom_html = render(content["symptom"])
    problem.code_text = content["code_text"]
    problem.language = content["language"]
    problem.code_bases = "".join(f" {base}" for base in bases) + " " if bases else ""
    problem.updated_at = now


def _announce(problem: Problem) -> None:
    Change.objects.create(kind=Change.Kind.PROBLEM, object_id=problem.pk)
