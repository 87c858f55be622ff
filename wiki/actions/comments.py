"""Acts on comments: write, edit, delete."""

from __future__ import annotations

import datetime

from django.db import transaction

from accounts.models import User
from accounts.queries.standing import spoken_for
from wiki.actions.limits import check_edit, check_posting, check_text
from wiki.actions.locking import lock, lock_present
from wiki.actions.revising import check_version, post_field, record_revision
from wiki.errors import NotAllowed
from wiki.models import Comment, Fix, Problem
from wiki.permissions import product_of, refusal_to_delete, refusal_to_edit, require
from wiki.richtext import render


@transaction.atomic
def write_comment(
    *,
    on: Problem | Fix,
    body: str,
    actor: User,
    now: datetime.datetime,
    parent: Comment | None = None,
    is_demonstration: bool = False,
) -> Comment:
    """Publish a comment on a problem or fix, perhaps as a reply; staff of an organisation speak with its badge.

    Raises the refusals of posting.
    """
    on = lock_present(on)
    if parent is not None and (parent.problem or parent.fix) != on:
        raise NotAllowed("The comment that you reply to stands elsewhere.")
    check_text(body)
    check_posting(actor=actor, kind="comment", now=now, text=body, product=product_of(on))
    comment = Comment(
        **{post_field(on): on},
        parent=parent,
        author=actor,
        organisation_id=spoken_for(actor, product_of(on)),
        body=body,
        body_html=render(body),
        created_at=now,
        updated_at=now,
        is_demonstration=is_demonstration,
    )
    comment.save()
    record_revision(post=comment, content={"body": body}, actor=actor, now=now)
    return comment


@transaction.atomic
def edit_comment(
    *, comment: Comment, body: str, base_version: int, actor: User, now: datetime.datetime, summary: str = ""
) -> Comment:
    """Change a comment, or what a manufacturer said, keeping what it said before.

    Raises `EditConflict` if it was begun on an older version.
    """
    locked = lock(comment)
    require(refusal_to_edit(actor, locked))
    check_text(body)
    check_edit(actor=actor, now=now, text=body)
    check_version(post=locked, base_version=base_version, mine={"body": body}, theirs={"body": locked.body})
    locked.body = body
    locked.body_html = render(body)
    locked.version += 1
    locked.updated_at = now
    locked.save()
    record_revision(post=locked, content={"body": body}, actor=actor, now=now, summary=summary)
    return locked


@transaction.atomic
def delete_comment(*, comment: Comment, actor: User, now: datetime.datetime) -> Comment:
    """Take a comment away; its row stays. Raises `HasOthersWork` where others replied."""
    locked = lock(comment)
    require(refusal_to_delete(actor, locked))
    locked.state = Comment.State.DELETED
    locked.updated_at = now
    locked.save(update_fields=["state", "updated_at"])
    return locked
