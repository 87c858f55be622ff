"""Trials, read: a member's own, and those of which a question may be due."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries.community_rules import load
from wiki.models import Outcome, Trial
from wiki.models.outcome import SUCCESSES
from wiki.rules.follow_up import FollowUpRules, TrialFacts


def facts_of(trial: Trial) -> TrialFacts:
    """What the rule needs to know of a trial; its outcome should be at hand."""
    outcome = trial.outcome
    reported = outcome is not None and outcome.state != Outcome.State.DELETED
    return TrialFacts(
        started_at=trial.started_at,
        wants_mail=trial.wants_mail,
        first_asked_at=trial.first_asked_at,
        second_asked_at=trial.second_asked_at,
        reported=reported,
        fixed=outcome is not None and reported and outcome.result in SUCCESSES and outcome.came_back_on is None,
    )


def trials_to_ask(now: datetime.datetime) -> QuerySet[Trial]:
    """The running trials that are old enough for a question, the oldest first; `question_due` decides about each."""
    rules = load(FollowUpRules)
    first = Q(first_asked_at=None, started_at__lte=now - datetime.timedelta(days=rules.first_days))
    second = Q(second_asked_at=None, started_at__lte=now - datetime.timedelta(days=rules.second_days))
    running = Trial.objects.filter(state=Trial.State.RUNNING, wants_mail=True).exclude(member__is_demonstration=True)
    return (
        running.filter(first | second)
        .select_related("member", "remedy__fix", "remedy__diagnostic", "product", "outcome")
        .order_by("started_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial of a member on their own page. `next_mail_on` is None where no question will come."""

    trial: Trial
    is_running: bool
    next_mail_on: datetime.date | None

    @property
    def outcome(self) -> Outcome | None:
        """What was reported, if it stands."""
        outcome = self.trial.outcome
        return outcome if outcome is not None and outcome.state == Outcome.State.PUBLISHED else None

    @property
    def back(self) -> str:
        """Where the plan stands that it came from, or the remedy."""
        problem = self.trial.problem
        return problem.get_absolute_url() if problem is not None else self.trial.remedy.get_absolute_url()


def trials_of(member: User, *, now: datetime.datetime) -> tuple[TrialRow, ...]:
    """What the member is trying, and then what they tried: one query."""
    rows = Trial.objects.filter(member=member).select_related(
        "remedy__fix", "remedy__diagnostic", "product", "owned_product__product", "problem", "outcome"
    )
    rules = load(FollowUpRules)
    found = [TrialRow(trial, trial.state == Trial.State.RUNNING, _next_mail(trial, rules, now)) for trial in rows[:200]]
    return tuple(sorted(found, key=lambda row: not row.is_running))


def _next_mail(trial: Trial, rules: FollowUpRules, now: datetime.datetime) -> datetime.date | None:
    facts = facts_of(trial)
    done = facts.second_asked_at is not None or (facts.reported and not facts.fixed)
    if trial.state != Trial.State.RUNNING or not trial.wants_mail or done:
        return None
    asked_first = facts.first_asked_at is not None or facts.reported
    days = rules.second_days if asked_first else rules.first_days
    due = trial.started_at + datetime.timedelta(days=days)
    if asked_first and facts.first_asked_at is not None:
        due = max(due, facts.first_asked_at + datetime.timedelta(days=rules.least_gap_days))
    return max(due, now).date()
