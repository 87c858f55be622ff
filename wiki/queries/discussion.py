"""A discussion as it is read: comments in order, each answer below what it answers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Organisation, User
from wiki.models import Comment


@dataclass(frozen=True)
class CommentView:
    """A comment as `components/comment.html` prints it."""

    key: int
    name: str
    url: str
    who: str
    about: str
    licence: str
    licence_url: str
    source_url: str
    date: datetime.datetime
    html: str
    useful: int
    hidden_reason: str
    reply_url: str
    flag_url: str
    edit_url: str
    reply: bool


def comment_views(comments: QuerySet[Comment], user: User | AnonymousUser) -> tuple[CommentView, ...]:
    """A discussion in order, each reply below what it answers. One query."""
    found = list(comments.select_related("author", "organisation"))
    answers: dict[int | None, list[Comment]] = {}
    known = {comment.pk for comment in found}
    for comment in found:
        parent = comment.parent_id if comment.parent_id in known else None
        answers.setdefault(parent, []).append(comment)
    ordered: list[CommentView] = []
    for comment in answers.get(None, []):
        ordered.append(_comment_view(comment, user, reply=False))
        ordered.extend(_comment_view(answer, user, reply=True) for answer in answers.get(comment.pk, []))
    return tuple(ordered)


def _comment_view(comment: Comment, user: User | AnonymousUser, *, reply: bool) -> CommentView:
    organisation, author = comment.organisation, comment.author
    who = "owner"
    if organisation is not None:
        who = "official" if organisation.kind == Organisation.Kind.MANUFACTURER else "professional"
    elif author is None:
        who = "member"
    name = (
        f"{author}, {organisation}"
        if organisation is not None and author is not None
        else str(author or comment.attribution or "a former member")
    )
    hidden = comment.state == Comment.State.HIDDEN
    own = author is not None and author.pk == user.pk
    return CommentView(
        key=comment.pk,
        name=name,
        url=author.get_absolute_url() if author is not None else "",
        who=who,
        about=organisation.place if organisation is not None else "",
        licence=comment.licence,
        licence_url=comment.licence_url,
        source_url=comment.source_url,
        date=comment.created_at,
        html=comment.body_html,
        useful=max(0, comment.score),
        hidden_reason="Hidden until it is reviewed." if hidden else "",
        reply_url="" if reply or user.is_anonymous else f"?reply={comment.pk}#discuss",
        flag_url="" if own else reverse("wiki:flag", args=["comment", comment.pk]),
        edit_url=reverse("wiki:comment-edit", args=[comment.pk]) if own else "",
        reply=reply,
    )
