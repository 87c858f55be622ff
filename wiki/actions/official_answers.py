"""What a manufacturer says in public: one answer to a problem, one reply to an outcome. It changes no owner's word.

Both are revised with `wiki.actions.comments.edit_comment` by any of its staff, and their history is kept.
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from wiki.actions.following import tell_followers
from wiki.actions.limits import check_posting, check_text
from wiki.actions.locking import lock_present
from wiki.actions.revising import post_field, record_revision
from wiki.errors import AlreadyAnswered
from wiki.models import Comment, Outcome, Problem
from wiki.permissions import maker_of, product_of, refusal_to_answer, require
from wiki.queries.outcomes import said_by
from wiki.richtext import render


@transaction.atomic
def answer_problem(
    *, problem: Problem, body: str, actor: User, now: datetime.datetime, is_demonstration: bool = False
) -> Comment:
    """Answer a problem in the manufacturer's name, once. Raises `AlreadyAnswered`, which carries that answer."""
    return _say(problem, body, actor, now, is_demonstration=is_demonstration)


@transaction.atomic
def reply_to_outcome(
    *, outcome: Outcome, body: str, actor: User, now: datetime.datetime, is_demonstration: bool = False
) -> Comment:
    """Reply to an outcome in the manufacturer's name, once. Raises `AlreadyAnswered`, which carries that reply."""
    return _say(outcome, body, actor, now, is_demonstration=is_demonstration)


def _say(on: Problem | Outcome, body: str, actor: User, now: datetime.datetime, *, is_demonstration: bool) -> Comment:
    locked = lock_present(on)
    require(refusal_to_answer(actor, locked))
    product = product_of(locked)
    maker = maker_of(actor, product)
    assert maker is not None  # refusal_to_answer
    check_text(body)
    check_posting(actor=actor, kind="comment", now=now, text=body, product=product)
    said = Comment(
        **{post_field(locked): locked},
        is_official=isinstance(locked, Problem),
        author=actor,
        organisation_id=maker.organisation_id,
        body=body,
        body_html=render(body),
        created_at=now,
        updated_at=now,
        is_demonstration=is_demonstration,
    )
    try:
        with transaction.atomic():
            said.save()
    except IntegrityError as error:
        raise AlreadyAnswered(said_by(maker.organisation_id, locked)) from error
    record_revision(post=said, content={"body": body}, actor=actor, now=now)
    if isinstance(locked, Problem):
        tell_followers(about=locked, kind="answer", state=f"{maker.organisation_id}", actor=actor, now=now)
    return said
