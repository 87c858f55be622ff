"""`manage.py run_monitor`: look for series that run above their expected rate, and tell of what is found."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from wiki.actions.flagging import close_vanished, come_through, describe_issue, flag_episode
from wiki.actions.series import settle_failures
from wiki.models import MonitorState
from wiki.monitor.looking import Look, look
from wiki.monitor.records import last_full_week


class Command(BaseCommand):
    """Every look goes through all weeks on record, so that an end in between is no harm: the next begins anew.

    Issues carry the weeks in which their reports came in, also those of complaints imported years later. Each is
    written in a transaction of its own, and the week is noted last.
    """

    help = "Go through all reports by week and open, follow or close emerging issues; does nothing between two weeks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", metavar="DATE", help="as if this were today: replays history up to there")
        parser.add_argument("--again", action="store_true", help="look although nothing has changed")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        today = _day(options["until"]) if options["until"] else now.date()
        week = last_full_week(today)
        if today > now.date():
            raise CommandError(f"--until {today}: that day has not come yet.")
        settle_failures()
        state = MonitorState.objects.filter(pk=1).first()
        if (
            state is not None
            and state.through is not None
            and not options["again"]
            and not options["until"]
            and state.through >= week
            and state.changed_from is None
        ):
            self.stdout.write(f"Nothing new: everything up to the week of {state.through} was looked at.")
            return
        quiet = options["verbosity"] == 0
        try:
            found = self._look(week, quiet)
            if found is not None:
                self._tell(found, now, quiet)
        except KeyboardInterrupt as stop:
            raise CommandError("Interrupted: `run_monitor` begins anew; what is written is complete.") from stop
        come_through(week=week, levels=found.levels if found is not None else None, now=now)
        if found is None:
            self.stdout.write("No report is on record yet.")

    def _look(self, week: datetime.date, quiet: bool) -> Look | None:
        with tqdm(unit=" weeks", desc="looking", disable=quiet) as bar:

            def tick(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            return look(week, tick=tick)

    def _tell(self, found: Look, now: datetime.datetime, quiet: bool) -> None:
        seen, new, closed = set(), 0, 0
        for episode in tqdm(found.episodes, unit=" issues", desc="issues", disable=quiet):
            told = flag_episode(episode=episode, record=found.record, levels=found.levels, rules=found.rules, now=now)
            if told.issue is None:
                continue
            seen.add(told.issue.pk)
            new += told.is_new
            closed += told.is_closed
            if told.issue.is_open or told.is_new:
                describe_issue(issue=told.issue)
        last = found.record.monday(found.record.weeks - 1)
        closed += close_vanished(seen=seen, week=last, now=now)
        self.stdout.write(
            f"{found.series:,} series of {found.record.weeks:,} weeks, up to that of {last}: {len(seen):,} issues, "
            f"{new:,} of them new, {closed:,} closed."
        )


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--until {text}: write the day as 2026-11-24.") from error
