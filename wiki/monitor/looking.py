"""One look at everything on record, up to a week: what the monitor's commands share."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from accounts.queries.community_rules import load
from wiki.monitor.records import Record, acknowledgements, read_record
from wiki.monitor.replay import Episode, Levels, Replay
from wiki.rules.emergence import MonitorRules


@dataclass(frozen=True)
class Look:
    """What was found: the record, its episodes, the earliest first, the levels they were held against, the tested."""

    record: Record
    episodes: tuple[Episode, ...]
    levels: Levels
    rules: MonitorRules
    series: int


def look(until: datetime.date, *, tick: Callable[[int, int], None] = lambda done, of: None) -> Look | None:
    """Go through all weeks up to the one that begins on `until`; None where nothing is on record.

    Writes nothing, and depends on nothing but the series, the trees, the rules and the issues that people closed.
    `tick` is told how many weeks of how many are done.
    """
    record = read_record(until)
    if record is None:
        return None
    rules = load(MonitorRules)
    replay = Replay(record.forest, record.columns, rules)
    for week in replay.run(record, acknowledgements(record)):
        tick(week + 1, record.weeks)
    return Look(record, tuple(replay.found()), replay.levels(), rules, int(replay.heard.sum()))
