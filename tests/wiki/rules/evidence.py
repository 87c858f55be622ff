"""Reports, remedies and Hypothesis strategies for the rules of judgement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from hypothesis import strategies as st

from wiki.rules.chance import Chance, Judgement, Report, chances, climb, gather, standing_reports
from wiki.rules.plan import Remedy

RULES = Judgement()
READER = ("land-rover", "range-rover", "l322", "2004", "4.4-v8")
SIBLING = ("land-rover", "range-rover", "l322", "2004", "4.2-sc")
NODES = (
    *(READER[: depth + 1] for depth in range(len(READER))),
    SIBLING,
    ("land-rover", "range-rover", "l322", "2006", "4.4-v8-2006"),
    ("land-rover", "range-rover", "l405"),
    ("land-rover", "discovery", "d3"),
)
ELSEWHERE = ("bosch", "dishwasher")

_numbers = count(1)


def report(tier: str = "owner", result: str = "worked", path: tuple[str, ...] = READER, **facts: Any) -> Report:
    """A report by somebody new, unless `person` says who."""
    return Report(**{"person": next(_numbers), "tier": tier, "result": result, "path": path, **facts})


def reports(tier: str, *results: str, path: tuple[str, ...] = READER, **facts: Any) -> list[Report]:
    """One report by somebody new for each result."""
    return [report(tier, result, path, **facts) for result in results]


def chance_of(
    evidence: Sequence[Report], *, kind: str = "community", path: Sequence[str] = READER, rules: Judgement = RULES
) -> Chance:
    """The chance that these reports give a reader with this path."""
    levels = gather(standing_reports(evidence), path, rules)
    return chances([climb(levels, kind, rules)], rules)[0]


trusts = st.floats(0.02, 0.98)
ages = st.floats(0, 4000)
prices = st.one_of(st.none(), st.floats(0, 3000))
outcome_results = st.sampled_from(["worked", "partly", "failed", "worse", "came_back", "not_tried"])


@st.composite
def some_report(draw: st.DrawFn, *, tiers: Sequence[str] = ("professional", "owner", "unverified", "vote")) -> Report:
    """Any report of one new person."""
    tier = draw(st.sampled_from(tiers))
    result = draw(st.sampled_from(["up", "down"]) if tier == "vote" else outcome_results)
    return report(
        tier,
        result,
        draw(st.sampled_from(NODES)),
        trust=draw(trusts),
        age_days=draw(ages),
        money=None if tier == "vote" else draw(prices),
        shared_among=draw(st.integers(1, 3)),
        at_handover=tier == "professional" and draw(st.booleans()),
    )


some_reports = st.lists(some_report(), max_size=12)


@st.composite
def some_remedy(draw: st.DrawFn, key: int, kind: str | None = None) -> Remedy:
    """Any remedy: a fix, an official diagnostic or a recall."""
    kind = kind or draw(st.sampled_from(["community", "community", "official"]))
    recalls = [None, None, None, "may_apply", "matched", "done", "not_available"]
    return Remedy(
        key=key,
        kind=kind,
        reports=draw(st.lists(some_report(), max_size=6)),
        posted_money=draw(st.one_of(st.none(), st.floats(0, 3000))),
        posted_hours=draw(st.one_of(st.none(), st.floats(0, 8))),
        component=draw(st.one_of(st.none(), st.integers(1, 3))),
        software=draw(st.booleans()),
        safety=draw(st.sampled_from(["green", "amber", "red"])),
        danger=draw(st.sampled_from(["none", "none", "flagged", "upheld"])),
        in_force=draw(st.sampled_from([True, True, True, False])),
        recall=draw(st.sampled_from(recalls)) if kind == "official" else None,
        has_warning=draw(st.booleans()),
    )


@st.composite
def some_remedies(draw: st.DrawFn, max_size: int = 6) -> list[Remedy]:
    """The remedies of a problem, with an official one more often than not."""
    number = draw(st.integers(1, max_size))
    kinds = [draw(st.sampled_from(["official", None])), *[None] * (number - 1)]
    return [draw(some_remedy(key, kind)) for key, kind in enumerate(kinds, 1)]
