"""Steps that every edit shares: the version check and the append-only revision."""

from __future__ import annotations

import datetime
from typing import Any

from accounts.models import User
from accounts.queries.standing import spoken_for
from wiki.actions.drafts import Content
from wiki.errors import EditConflict, NothingChanged, RevisionUnknown
from wiki.models import Comment, DiagnosticTest, Fix, Outcome, Photo, Problem, Revision
from wiki.permissions import product_of

Revised = Problem | Fix | Comment | Outcome | DiagnosticTest
Post = Revised | Photo


def post_field(post: Post) -> str:
    """The name of the foreign key by which votes, flags, photos and revisions point at a post."""
    return "test" if isinstance(post, DiagnosticTest) else type(post).__name__.lower()


def record_revision(
    *, post: Revised, content: Content, actor: User | None, now: datetime.datetime, summary: str = ""
) -> Revision:
    """Keep what a post says at its present version, and whose badge it carries."""
    pointer: dict[str, Any] = {post_field(post): post}
    return Revision.objects.create(
        **pointer,
        number=post.version,
        content=content,
        summary=summary.strip()[:160],
        author=actor,
        organisation_id=spoken_for(actor, product_of(post)) if actor is not None else None,
        created_at=now,
    )


def check_version(*, post: Revised, base_version: int, mine: Content, theirs: Content) -> None:
    """Refuse an edit that was begun on an older version, or that changes nothing. The post is locked by the caller."""
    if mine == theirs:
        raise NothingChanged
    if post.version != base_version:
        raise EditConflict(theirs=theirs, mine=mine, version=post.version)


def revision_of(post: Revised, number: int) -> Revision:
    """The revision of a post by its number; raises `RevisionUnknown`."""
    revision = post.revisions.filter(number=number).first()
    if revision is None:
        raise RevisionUnknown
    return revision
