"""A discussion as it is read: comments in order, each answer below what it answers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Organisation, User
from accounts.queries.standing import PROFESSIONAL_KINDS, standing_of
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
    history_url: str = ""
    official: bool = False
    badge: Organisation | None = None


def comment_views(comments: QuerySet[Comment], user: User | AnonymousUser) -> tuple[CommentView, ...]:
    """A discussion in order, each reply below what it answers. One query, and the reader's standing where a
    manufacturer answered; its answer and what replies to it say so in `official`."""
    found = list(comments.select_related("author", "organisation"))
    answers: dict[int | None, list[Comment]] = {}
    own = own_words(user) if any(comment.is_for_organisation for comment in found) else frozenset()
    known = {comment.pk for comment in found}
    for comment in found:
        parent = comment.parent_id if comment.parent_id in known else None
        answers.setdefault(parent, []).append(comment)
    ordered: list[CommentView] = []
    for comment in answers.get(None, []):
        answers_below = answers.get(comment.pk, [])
        ordered.append(_comment_view(comment, user, own))
        ordered.extend(_comment_view(each, user, own, above=comment) for each in answers_below)
    return tuple(ordered)


def own_words(user: User | AnonymousUser) -> frozenset[int]:
    """The organisations in whose name the person revises what was said."""
    return standing_of(user).organisation_ids


def _comment_view(
    comment: Comment, user: User | AnonymousUser, own_organisations: frozenset[int], *, above: Comment | None = None
) -> CommentView:
    organisation, author = comment.organisation, comment.author
    who = "owner" if author is not None else "member"
    if comment.is_for_organisation:
        who = "official"
    elif organisation is not None:
        who = "professional" if organisation.kind in PROFESSIONAL_KINDS else "member"
    name = str(author or comment.attribution or "a former member")
    hidden = comment.state == Comment.State.HIDDEN
    own = author is not None and author.pk == user.pk
    if comment.is_for_organisation:
        own = comment.organisation_id in own_organisations
        name = str(organisation or "a former organisation")
    return CommentView(
        key=comment.pk,
        name=name,
        url=_address_of(comment),
        who=who,
        badge=None if comment.is_for_organisation else organisation,
        about=organisation.place if organisation is not None else "",
        licence=comment.licence,
        licence_url=comment.licence_url,
        source_url=comment.source_url,
        date=comment.created_at,
        html=comment.body_html,
        useful=max(0, comment.score),
        hidden_reason="Hidden until it is reviewed." if hidden else "",
        reply_url=""
        if above is not None or comment.outcome_id or user.is_anonymous
        else f"?reply={comment.pk}#discuss",
        flag_url="" if own else reverse("wiki:flag", args=["comment", comment.pk]),
        edit_url=reverse("wiki:comment-edit", args=[comment.pk]) if own else "",
        reply=above is not None,
        history_url=reverse("wiki:comment-history", args=[comment.pk]) if comment.version > 1 else "",
        official=(above or comment).is_official,
    )


def _address_of(comment: Comment) -> str:
    """Whose page the name leads to: the organisation's where it answers for the words, else the author's."""
    if comment.is_for_organisation:
        organisation = comment.organisation
        return organisation.get_absolute_url() if organisation is not None and organisation.verified_at else ""
    return comment.author.get_absolute_url() if comment.author is not None else ""
