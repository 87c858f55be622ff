"""An outcome finds the trials that it came of, and learns whether a mail had asked for it."""

from __future__ import annotations

import datetime

from wiki.models import Outcome, Trial
from wiki.models.outcome import SUCCESSES


def link_trials(*, outcome: Outcome, now: datetime.datetime) -> None:
    """Tie an outcome to the running trials of the same person, remedy and owned product.

    One that was asked for is `prompted`, so that the odds of reporting a success against a failure can be learned from
    those who were asked. A trial that brought no success is over: there is nothing that could come back.
    """
    if outcome.member_id is not None:
        trials = Trial.objects.filter(member_id=outcome.member_id, owned_product_id=outcome.owned_product_id)
    else:
        trials = Trial.objects.filter(member=None, mail_digest=outcome.mail_digest)
    running = list(trials.filter(remedy_id=outcome.remedy_id, state=Trial.State.RUNNING).select_for_update())
    if not running:
        return
    if not outcome.prompted and any(trial.first_asked_at is not None for trial in running):
        outcome.prompted = True
        outcome.save(update_fields=["prompted"])
    for trial in running:
        trial.outcome = outcome
        if outcome.result not in SUCCESSES:
            end_trial(trial=trial, now=now)
        trial.save()


def end_trial(*, trial: Trial, now: datetime.datetime) -> None:
    """Put a trial's end into its row, unsaved: nobody is asked any more, and the mail address is forgotten."""
    trial.state = Trial.State.ENDED
    trial.ended_at = now
    trial.mail_encrypted = ""
