"""Acts on votes: cast, retract. Scores are derived: `F()` keeps them equal to the sum of the rows."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q

from accounts.models import User
from accounts.queries.community_rules import load
from accounts.queries.privileges import require as require_privilege
from wiki.actions.evidence import settle_vote_evidence
from wiki.actions.locking import lock, lock_people
from wiki.actions.points import settle_vote, unsettle_vote
from wiki.actions.revising import post_field
from wiki.conduct import refusal_to_vote, stake_against_vote
from wiki.errors import VoteRefused, VoteUnknown
from wiki.models import Comment, Fix, Problem, Vote
from wiki.permissions import product_of, require
from wiki.rules.votes import Value, VoteRules, refuse_retraction, refuse_vote, sentence

Votable = Problem | Fix | Comment
POSTS = ("problem", "fix", "comment")


@transaction.atomic
def cast_vote(*, post: Votable, value: Value, actor: User, now: datetime.datetime, reason: str = "") -> Vote:
    """Vote a post up (1) or down (-1, with a reason). A standing vote of the other kind is taken back first.

    Raises `VoteRefused` with the limit that is reached, `OwnPost`, and the refusals of privilege and conduct.
    """
    locked = lock(post)
    voter = lock_people(actor, locked.author)[actor.pk]
    require(refusal_to_vote(voter, locked))
    require_privilege(voter, "vote_up" if value > 0 else "vote_down", product_of(locked))
    standing = _standing(locked, voter)
    if standing is not None:
        if standing.value == value:
            raise VoteRefused("You have voted on this already.")
        _retract(standing, locked, now)
    rules = load(VoteRules)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = Vote.objects.filter(voter=voter, created_at__gte=midnight, created_at__lte=now)
    for_author = Q(problem__author=locked.author) | Q(fix__author=locked.author) | Q(comment__author=locked.author)
    counts = today.aggregate(
        all=Count("pk"),
        up=Count("pk", filter=for_author & Q(value=1)),
        down=Count("pk", filter=for_author & Q(value=-1)),
    )
    refusal = refuse_vote(
        value=value,
        reason=reason if value < 0 else "",
        is_own=False,
        reputation=voter.reputation,
        votes_today=counts["all"],
        up_for_author_today=counts["up"],
        down_for_author_today=counts["down"],
        rules=rules,
    )
    if refusal is not None:
        raise VoteRefused(sentence(refusal, rules))
    try:
        with transaction.atomic():
            vote = Vote.objects.create(
                voter=voter,
                value=value,
                reason=reason if value < 0 else "",
                created_at=now,
                **{post_field(locked): locked},
            )
    except IntegrityError as error:
        raise VoteRefused("You have voted on this already.") from error
    type(locked).objects.filter(pk=locked.pk).update(score=F("score") + value)
    settle_vote(vote=vote, author=locked.author, now=now)
    return vote


@transaction.atomic
def retract_vote(*, post: Votable, actor: User, now: datetime.datetime) -> None:
    """Take one's vote back: within minutes, or after the post was edited. Raises `VoteRefused`, `VoteUnknown`."""
    locked = lock(post)
    voter = lock_people(actor, locked.author)[actor.pk]
    standing = _standing(locked, voter)
    if standing is None:
        raise VoteUnknown
    _retract(standing, locked, now)


@transaction.atomic
def take_back(*, vote: Vote, post: Votable, now: datetime.datetime, note: str = "") -> None:
    """Undo a vote and all that it brought, with a note on why where it was not its voter. The post is locked."""
    unsettle_vote(vote=vote, now=now, note=note)
    if not vote.is_left_out:
        type(post).objects.filter(pk=post.pk).update(score=F("score") - vote.value)
    vote.delete()


def settle_left_out_votes(*, now: datetime.datetime) -> int:
    """Leave out the votes of everybody who has joined an organisation that may not vote there, while the place lasts.

    And count them again once it has ended; how many changed. Points stay: nobody pays for a voter's new job.
    """
    placed = Vote.objects.filter(Q(voter__memberships__isnull=False) | Q(is_left_out=True)).distinct()
    changed = 0
    for voter in sorted(set(placed.values_list("voter", flat=True))):
        changed += _settle_votes_of(voter, now)
    return changed


@transaction.atomic
def _settle_votes_of(voter_id: int, now: datetime.datetime) -> int:
    about = ("problem__product", "fix__problem__product", "comment__problem__product", "comment__fix__problem__product")
    votes = Vote.objects.filter(voter=voter_id).select_related(*about, *(f"{post}__author" for post in POSTS))
    voter = User.objects.get(pk=voter_id)
    changed = 0
    for vote in votes.order_by("pk"):
        post: Votable | None = vote.problem or vote.fix or vote.comment
        if post is None or vote.is_left_out == (stake_against_vote(voter, post) is not None):
            continue
        lock(post)
        vote.is_left_out = not vote.is_left_out
        vote.save(update_fields=["is_left_out"])
        sign = -1 if vote.is_left_out else 1
        type(post).objects.filter(pk=post.pk).update(score=F("score") + sign * vote.value)
        settle_vote_evidence(vote=vote, now=now)
        changed += 1
    return changed


def _retract(vote: Vote, post: Votable, now: datetime.datetime) -> None:
    rules = load(VoteRules)
    edited_at = post.updated_at if post.version > 1 else None
    refusal = refuse_retraction(cast_at=vote.created_at, now=now, edited_at=edited_at, rules=rules)
    if refusal is not None:
        raise VoteRefused(sentence(refusal, rules))
    take_back(vote=vote, post=post, now=now)


def _standing(post: Votable, voter: User) -> Vote | None:
    return Vote.objects.filter(voter=voter, **{post_field(post): post}).first()
