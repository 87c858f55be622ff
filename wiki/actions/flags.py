"""Acts on flags: flag a post, decide."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from accounts.actions.reputation import award
from accounts.models import Membership, ReputationEvent, User
from accounts.queries.community_rules import load
from accounts.queries.standing import stake_of
from products.models import Change
from wiki.actions.following import tell_followers
from wiki.actions.limits import check_posting
from wiki.actions.locking import lock
from wiki.actions.points import settle_outcome
from wiki.actions.revising import post_field
from wiki.conduct import refusal_to_flag, reporting_for
from wiki.errors import AlreadyDecided, AlreadyFlagged
from wiki.models import Comment, Fix, Flag, Outcome, Photo, Problem
from wiki.permissions import author_of, is_moderator, product_of, refusal_to_moderate, require
from wiki.rules.publication import FlagRules, hides, state_after

Flaggable = Problem | Fix | Comment | Outcome | Photo
REMOVING = tuple(str(reason) for reason in Flag.Reason if reason != Flag.Reason.DANGEROUS)
_SPAM = (Flag.Reason.ADVERTISING, Flag.Reason.NOT_GENUINE)


@transaction.atomic
def flag_post(*, post: Flaggable, reason: str, actor: User, now: datetime.datetime, note: str = "") -> Flag:
    """Say that something is wrong with a post: it is queued, and hidden at enough independent flags.

    "Dangerous" on a fix puts a warning in front of it at once. Who has a stake in the product for an organisation
    flags for the five other reasons, and their flag only queues the post. Each flag says whose staff made it.
    Raises `AlreadyFlagged`, `OwnPost`, `NotAllowed` and the privilege's refusal.
    """
    locked = lock(post)
    require(refusal_to_flag(actor, locked, reason))
    product = product_of(locked)
    check_posting(actor=actor, kind="flag", now=now, text=note, product=product)
    reporting = reporting_for(actor, locked)
    try:
        with transaction.atomic():
            flag = Flag.objects.create(
                reporter=actor,
                organisation_id=reporting.organisation_id if reporting is not None else None,
                reason=reason,
                note=note.strip(),
                created_at=now,
                **{post_field(locked): locked},
            )
    except IntegrityError as error:
        raise AlreadyFlagged from error
    if reporting is not None and reporting.has_stake_in(product):
        return flag
    if isinstance(locked, Fix) and reason == Flag.Reason.DANGEROUS:
        locked.is_dangerous = True
        locked.dangerous_reason = note.strip()[:255]
        locked.save(update_fields=["is_dangerous", "dangerous_reason"])
        tell_followers(about=locked, kind="fix_state", state="dangerous", actor=actor, now=now)
    independent, by_curator = _standing_flags(locked)
    if hides(independent_flags=independent, by_curator=by_curator, rules=load(FlagRules)):
        locked.state = "hidden"
        locked.save(update_fields=["state"])
    _follow(locked, now)
    return flag


@transaction.atomic
def decide_flag(*, flag: Flag, uphold: bool, actor: User, now: datetime.datetime) -> Flag:
    """Decide about a flag and all open ones on the post with the same reason. Raises `AlreadyDecided`.

    Upheld, the post is taken away (a dangerous fix stays behind its warning) and its author pays; dismissed, it is
    shown again unless other flags hide it.
    """
    locked = Flag.objects.select_for_update().get(pk=flag.pk)
    if locked.state != Flag.State.OPEN:
        raise AlreadyDecided
    post = lock(post_of(locked))
    require(refusal_to_moderate(actor, post))
    post.flags.filter(reason=locked.reason, state=Flag.State.OPEN).update(
        state=Flag.State.UPHELD if uphold else Flag.State.DISMISSED, decided_by=actor, decided_at=now
    )
    independent, by_curator = _standing_flags(post)
    post.state = state_after(
        state=post.state,
        upheld=uphold,
        removes=locked.reason in REMOVING,
        independent_flags_left=independent,
        by_curator_left=by_curator,
        rules=load(FlagRules),
    )
    post.save(update_fields=["state"])
    if isinstance(post, Fix) and locked.reason == Flag.Reason.DANGEROUS and not uphold:
        post.is_dangerous = post.flags.filter(reason=Flag.Reason.DANGEROUS, state=Flag.State.UPHELD).exists()
        post.save(update_fields=["is_dangerous"])
    if uphold:
        _charge(locked, post, actor, now)
    _follow(post, now)
    return Flag.objects.get(pk=locked.pk)


def post_of(flag: Flag) -> Flaggable:
    """What the flag is on."""
    post: Flaggable | None = flag.problem or flag.fix or flag.comment or flag.outcome or flag.photo
    if post is None:
        raise AlreadyDecided
    return post


def _standing_flags(post: Flaggable) -> tuple[int, bool]:
    """How many open flags that hide come from people independent of one another, and whether a curator's is among them.

    Colleagues count once; who has a stake in the product for an organisation never counts; a dangerous fix is warned
    of, not hidden.
    """
    rules = load(FlagRules)
    product = product_of(post)
    flags = post.flags.filter(state=Flag.State.OPEN).select_related("reporter")
    if isinstance(post, Fix):
        flags = flags.exclude(reason=Flag.Reason.DANGEROUS)
    groups: set[tuple[str, int]] = set()
    by_curator = False
    for flag in flags:
        person = flag.reporter
        if stake_of(person, product) is not None:
            continue
        employer = Membership.objects.filter(member=person, until__isnull=True).order_by("pk").first()
        groups.add(("employer", employer.organisation_id) if employer else ("member", person.pk))
        by_curator |= is_moderator(person, product) or (
            person.reputation >= rules.curator_reputation and person.flag_accuracy >= rules.curator_accuracy
        )
    return len(groups), by_curator


def _charge(flag: Flag, post: Flaggable, actor: User, now: datetime.datetime) -> None:
    author = author_of(post)
    if flag.reason == Flag.Reason.DANGEROUS and isinstance(post, Fix):
        event = ReputationEvent.Event.DANGEROUS_UPHELD
    elif flag.reason in _SPAM:
        event = ReputationEvent.Event.SPAM_CONFIRMED
    else:
        return
    award(member=author, event=event, cause=f"flag:{flag.pk}", actor=actor, product=product_of(post), now=now)


def _follow(post: Flaggable, now: datetime.datetime) -> None:
    """Tell the change feed, and let the ledger follow an outcome that no longer stands."""
    if isinstance(post, Problem):
        Change.objects.create(kind=Change.Kind.PROBLEM, object_id=post.pk)
    elif isinstance(post, Fix):
        Change.objects.create(kind=Change.Kind.FIX, object_id=post.pk)
    elif isinstance(post, Outcome):
        settle_outcome(outcome=post, now=now)
