"""Acts on follows: follow, unfollow, tell those who follow."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.actions.notifications import notify
from accounts.errors import LimitReached
from accounts.models import Membership, Role, User
from accounts.queries.community_rules import load
from accounts.rules.notifications import NotificationRules
from products.models import OfficialDiagnostic, Product
from wiki.actions.webhook_events import announce
from wiki.errors import PostGone
from wiki.models import DiagnosticLink, EmergingIssue, Fix, Follow, Problem
from wiki.permissions import is_present
from wiki.queries.coverage import around_coverage
from wiki.queries.emerging import issues as all_issues
from wiki.queries.emerging import may_see
from wiki.queries.following import follows_of, of_products_above
from wiki.rules.news import TOLD_ON_PRODUCTS, NewsKind

Followed = Product | Problem | EmergingIssue
"""What can be followed."""
FRESH_WEEKS = 8
"""Issues that were last flagged before are history, told of to nobody."""
News = Problem | Fix | OfficialDiagnostic | EmergingIssue
"""What news can be about."""


@transaction.atomic
def follow(*, thing: Followed, actor: User, now: datetime.datetime, issues: str = "") -> Follow:
    """Follow a product with all below it, a problem or an emerging issue; a second time changes nothing.

    `issues` says of a product from which level on its emerging issues are told of; said again, it changes. Raises
    `PostGone` for a problem or issue that the member may not see, `LimitReached` beyond what one member may follow.
    """
    if isinstance(thing, Problem) and not Problem.objects.visible_to(actor).filter(pk=thing.pk).exists():
        raise PostGone
    if isinstance(thing, EmergingIssue) and not may_see(actor, thing):
        raise PostGone
    User.objects.select_for_update().get(pk=actor.pk)
    followed = follows_of(actor, thing).first()
    if followed is not None:
        if issues and issues != followed.issues:
            followed.issues = Follow.Issues(issues)
            followed.save(update_fields=["issues"])
        return followed
    most = load(NotificationRules).most_followed
    if Follow.objects.filter(member=actor).count() >= most:
        raise LimitReached(f"You follow {most} things, as many as one member may. Leave one first.")
    if isinstance(thing, Problem):
        return Follow.objects.create(member=actor, problem=thing, created_at=now)
    if isinstance(thing, EmergingIssue):
        return Follow.objects.create(member=actor, issue=thing, created_at=now)
    level = Follow.Issues(issues) if issues else Follow.Issues.ALERT
    return Follow.objects.create(member=actor, product=thing, issues=level, created_at=now)


@transaction.atomic
def unfollow(*, thing: Followed, actor: User) -> None:
    """Follow it no longer; where the member does not, nothing changes. What was told stays in the inbox."""
    follows_of(actor, thing).delete()


@transaction.atomic
def tell_followers(
    *,
    about: News,
    kind: NewsKind,
    now: datetime.datetime,
    actor: User | None = None,
    state: str = "",
    followed_before: datetime.datetime | None = None,
) -> None:
    """Tell everybody who follows what the news is about, and webhooks, once per `state`, in the act's own transaction.

    The rows stand in the inboxes at once; `send_notifications` mails them later, so that no act waits for mail. The
    actor and members who left are not told, nor those who follow it only since `followed_before`, and nobody is told of
    what the public cannot see. Two queries where nobody follows it.
    """
    if isinstance(about, Problem | Fix) and not is_present(about):
        return
    announce(about=about, kind=kind, state=state, now=now, made_before=followed_before)
    followers = Follow.objects.filter(_whom(about, kind, state), member__is_active=True)
    if actor is not None:
        followers = followers.exclude(member=actor)
    if followed_before is not None:
        followers = followers.filter(created_at__lt=followed_before)
    if isinstance(about, EmergingIssue) and not may_see(AnonymousUser(), about):
        followers = followers.filter(member__in=_insiders(about))
    members = list(followers.order_by("member").values_list("member", flat=True).distinct())
    if members:
        notify(members=members, kind=kind, about=_word_of(about), object_id=about.pk, state=state, now=now)


def tell_of_diagnostics(*, now: datetime.datetime) -> int:
    """Tell of official diagnostics that came or were superseded lately; says how many were looked at.

    For every night: what imports and the administration bring, which know nothing of followers. What an import brings
    is told to those who followed before it and is at most a year old; who follows since then has seen it on the page.
    """
    today = now.date()
    lately = datetime.timedelta(days=load(NotificationRules).mail_days)
    came = OfficialDiagnostic.objects.in_force(today).filter(
        Q(created_by_run__started_at__gte=now - lately, issued_on__gte=today - datetime.timedelta(days=365))
        | Q(created_by_run=None, issued_on__gte=today - lately, issued_on__lte=today)
    )
    looked = 0
    for diagnostic in came.select_related("created_by_run").order_by("pk").iterator():
        run = diagnostic.created_by_run
        before = None if run is None else run.started_at
        tell_followers(about=diagnostic, kind="official", now=now, followed_before=before)
        looked += 1
    gone = OfficialDiagnostic.objects.filter(superseded_by__isnull=False, effective_until__gte=today - lately)
    for diagnostic in gone.order_by("pk").iterator():
        tell_followers(about=diagnostic, kind="superseded", now=now)
        looked += 1
    return looked


def tell_of_issues(*, now: datetime.datetime) -> int:
    """Tell of the level of every open issue that the monitor flagged lately; says how many were looked at.

    For every night, after the monitor: a level is told once, and who follows since then learns what stands now. What it
    found in years gone by, as after a great import, is history and tells nobody.
    """
    since = now.date() - datetime.timedelta(weeks=FRESH_WEEKS)
    fresh = all_issues().exclude(state=EmergingIssue.State.CLOSED).filter(last_flagged_on__gte=since)
    looked = 0
    for issue in fresh.order_by("pk").iterator():
        tell_followers(about=issue, kind="issue", state=issue.level, now=now)
        looked += 1
    return looked


def _whom(about: News, kind: NewsKind, state: str) -> Q:
    """The follows that news concerns: of the problem, of products above it, of all that a diagnostic covers."""
    if isinstance(about, OfficialDiagnostic):
        return _of_coverage(about)
    if isinstance(about, EmergingIssue):
        levels = [Follow.Issues.WATCH, *([Follow.Issues.ALERT] if about.level == EmergingIssue.Level.ALERT else [])]
        return Q(issue=about) | (of_products_above(about.product) & Q(issues__in=levels))
    problem = about.problem if isinstance(about, Fix) else about
    if kind == "new_problem":
        return of_products_above(problem.product)
    if kind == "fix_state" and state in TOLD_ON_PRODUCTS:
        return Q(problem=problem) | of_products_above(problem.product)
    return Q(problem=problem)


def _of_coverage(diagnostic: OfficialDiagnostic) -> Q:
    """Followers of products that the diagnostic covers or stands above or below, and of problems it speaks about."""
    linked = DiagnosticLink.objects.filter(diagnostic=diagnostic).values("problem")
    return Q(Exists(around_coverage(diagnostic))) | Q(problem__in=linked)


def _insiders(issue: EmergingIssue) -> list[int]:
    """Members who may see an issue that is not public, by id: few people were given anything at all."""
    given = Exists(Membership.objects.filter(member=OuterRef("pk"))) | Exists(
        Role.objects.filter(member=OuterRef("pk"))
    )
    people = User.objects.filter(given | Q(is_superuser=True), is_active=True).filter(
        Exists(Follow.objects.filter(member=OuterRef("pk")))
    )
    return [person.pk for person in people if may_see(person, issue)]


def _word_of(about: News) -> str:
    return {Problem: "problem", Fix: "fix", OfficialDiagnostic: "official", EmergingIssue: "issue"}[type(about)]
