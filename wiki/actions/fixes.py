"""Acts on fixes: propose, edit, restore, delete."""

from __future__ import annotations

import datetime

from django.db import transaction

from accounts.models import User
from accounts.queries.standing import is_staff_of_manufacturer, spoken_for
from products.models import Change
from wiki.actions.drafts import Content, FixDraft, fix_content, fix_draft
from wiki.actions.evidence import settle_fix_evidence
from wiki.actions.following import tell_followers
from wiki.actions.limits import check_edit, check_posting, check_text
from wiki.actions.locking import lock, lock_present
from wiki.actions.revising import check_version, record_revision, revision_of
from wiki.errors import NotAllowed
from wiki.models import Fix, FixPart, Problem, Remedy
from wiki.permissions import refusal_to_delete, refusal_to_edit, require
from wiki.richtext import render


@transaction.atomic
def propose_fix(
    *, problem: Problem, draft: FixDraft, actor: User, now: datetime.datetime, is_demonstration: bool = False
) -> Fix:
    """Publish a fix for a problem, with its parts and its remedy row. Raises the refusals of posting."""
    problem = lock_present(problem)
    if is_staff_of_manufacturer(actor, problem.product):
        raise NotAllowed("You work for the manufacturer of this product: publish an official diagnostic instead.")
    check_text(draft.steps, draft.first_check, draft.cause)
    check_posting(actor=actor, kind="fix", now=now, text=_all_text(draft), product=problem.product)
    fix = Fix(
        problem=problem,
        author=actor,
        organisation_id=spoken_for(actor, problem.product),
        created_at=now,
        is_demonstration=is_demonstration,
    )
    _put(fix, draft, now)
    Remedy.objects.create(fix=fix)
    record_revision(post=fix, content=fix_content(fix), actor=actor, now=now)
    _announce(fix)
    tell_followers(about=fix, kind="new_fix", actor=actor, now=now)
    return fix


@transaction.atomic
def edit_fix(
    *, fix: Fix, draft: FixDraft, base_version: int, actor: User, now: datetime.datetime, summary: str = ""
) -> Fix:
    """Change a fix, keeping what it said. Raises `EditConflict` if it was begun on an older version."""
    locked = lock(fix)
    require(refusal_to_edit(actor, locked))
    check_text(draft.steps, draft.first_check, draft.cause)
    check_edit(actor=actor, now=now, text=_all_text(draft))
    check_version(post=locked, base_version=base_version, mine=draft.content(), theirs=fix_content(locked))
    locked.version += 1
    _put(locked, draft, now)
    settle_fix_evidence(fix=locked, now=now)
    record_revision(post=locked, content=fix_content(locked), actor=actor, now=now, summary=summary)
    _announce(locked)
    return locked


@transaction.atomic
def restore_fix_revision(*, fix: Fix, number: int, base_version: int, actor: User, now: datetime.datetime) -> Fix:
    """Make a fix say again what its revision says, as a new revision."""
    content: Content = revision_of(fix, number).content
    return edit_fix(
        fix=fix,
        draft=fix_draft(content),
        base_version=base_version,
        actor=actor,
        now=now,
        summary=f"Restored revision {number}",
    )


@transaction.atomic
def delete_fix(*, fix: Fix, actor: User, now: datetime.datetime) -> Fix:
    """Take a fix away; its rows stay. Raises `HasOthersWork` where others reported or wrote below it."""
    locked = lock(fix)
    require(refusal_to_delete(actor, locked))
    locked.state = Fix.State.DELETED
    locked.updated_at = now
    locked.save(update_fields=["state", "updated_at"])
    _announce(locked)
    return locked


def _put(fix: Fix, draft: FixDraft, now: datetime.datetime) -> None:
    """Write the draft's fields and parts; the safety class never falls below the component's."""
    content = draft.content()
    fix.component = draft.component
    fix.title = content["title"]
    fix.summary = content["summary"]
    fix.cause = content["cause"]
    fix.first_check = content["first_check"]
    fix.first_check_html = render(content["first_check"]) if content["first_check"].strip() else ""
    fix.steps = content["steps"]
    fix.steps_html = render(content["steps"])
    fix.tools = content["tools"]
    fix.cost = draft.cost
    fix.currency = content["currency"]
    fix.hours = draft.hours
    fix.difficulty = content["difficulty"]
    fix.safety_class = content["safety_class"]
    fix.language = content["language"]
    fix.updated_at = now
    fix.save()
    fix.parts.all().delete()
    FixPart.objects.bulk_create(
        FixPart(
            fix=fix,
            name=part.name.strip(),
            number=part.number.strip(),
            replaced_by=part.replaced_by.strip(),
            price=part.price,
            quantity=part.quantity,
        )
        for part in draft.parts
        if part.name.strip()
    )


def _all_text(draft: FixDraft) -> str:
    return "\n\n".join([draft.summary, draft.cause, draft.first_check, draft.steps, draft.tools])


def _announce(fix: Fix) -> None:
    Change.objects.bulk_create(
        [
            Change(kind=Change.Kind.FIX, object_id=fix.pk),
            Change(kind=Change.Kind.PROBLEM, object_id=fix.problem_id),
        ]
    )
