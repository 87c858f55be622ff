"""The project's own rules of judgement as a ranker of the simulated worlds (`benchmarks.judgement`).

Nothing of the ranking is written here: a world's remedies and events become remedies, reports and additive sums as the
site keeps them, and `wiki.rules` decides. What a page would print is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from wiki.rules.evidence import (
    NOBODY,
    Report,
    Tally,
    add_event,
    event_weight,
    levels_from_totals,
    remove_event,
    success_and_failure,
)
from wiki.rules.judgement import Judgement, Tier
from wiki.rules.plan import Circumstances, Evidence, Ranking, Remedy, Weighed, rank, weigh

Key = tuple[int, int]
Change = Callable[[Judgement], Judgement]

# What can be switched off, by name: the rules as they would be without the idea.
IDEAS: dict[str, Change] = {
    "guards": lambda rules: replace(rules, most_unproven=10**6, dear_share=1e9, confirmed_chance=2.0),
    "hassle": lambda rules: replace(rules, attempt_hours=0.0),
}

# The world's owners report a success 1.6 times as readily as a failure; the site learns that from prompted outcomes.
WORLD_RULES = Judgement(reporting_bias=1.6)


def rules_without(ideas: Sequence[str]) -> Judgement:
    """The rules of the worlds with some ideas switched off."""
    rules = WORLD_RULES
    for idea in ideas:
        rules = IDEAS[idea](rules)
    return rules


class PlanRanker:
    """A ranker as the worlds call it: `start`, `order`, `observe`, `nightly`."""

    def __init__(self, rules: Judgement = WORLD_RULES) -> None:
        self.rules = rules

    def start(self, problems: Sequence[Any], tree_path: Callable[[int], tuple[str, ...]], members: int) -> None:
        """The public side of a world."""
        self.path = tree_path
        self.remedies: dict[int, dict[int, Remedy]] = {
            problem.id: {
                remedy.id: Remedy(remedy.id, remedy.kind, (), remedy.posted_cost, 0.0, component=remedy.component)
                for remedy in problem.remedies
            }
            for problem in problems
        }
        keys = [(problem, remedy) for problem, remedies in self.remedies.items() for remedy in remedies]
        self.totals: dict[Key, dict[Any, tuple[float, float]]] = {key: {} for key in keys}
        self.people: dict[Key, dict[Tier, Tally]] = {key: {} for key in keys}
        self.standing: dict[Key, dict[int, Report]] = {key: {} for key in keys}
        self.trust: dict[int, float] = {}
        self.orders: dict[int, dict[Any, list[int]]] = {problem: {} for problem in self.remedies}

    # ------------------------------------------------------------ the plan

    def order(self, problem_id: int, leaf: int, available: list[int], tried: tuple[int, ...]) -> list[int]:
        """The plan of a problem for a reader with this product, who has tried some in vain."""
        known = self.orders[problem_id]
        key = (leaf, tuple(available), frozenset(tried))
        if key not in known:
            ranking = self.rank(problem_id, leaf, available, tried)
            known[key] = [place.item.remedy.key for place in ranking.placed]
        return known[key]

    def rank(self, problem: int, leaf: int, available: Sequence[int], tried: Sequence[int] = ()) -> Ranking:
        """The same with chances and costs."""
        path = self.path(leaf)
        return rank(
            self.remedies_for(problem, path, available),
            path=path,
            circumstances=Circumstances(tried=frozenset(tried)),
            rules=self.rules,
        )

    def weighed(self, problem: int, leaf: int, available: Sequence[int], *, replay: bool = False) -> list[Weighed]:
        """The chances of remedies at a product; with `replay` from the reports themselves, without the sums."""
        path = self.path(leaf)
        remedies = self.remedies_for(problem, path, available)
        if replay:
            remedies = [
                replace(remedy, evidence=None, reports=list(self.standing[problem, remedy.key].values()))
                for remedy in remedies
            ]
        return weigh(remedies, path, Circumstances(), self.rules)[0]

    def remedies_for(self, problem: int, path: tuple[str, ...], available: Sequence[int]) -> list[Remedy]:
        """Remedies with what the site would have stored of them, for one path."""
        found = []
        for number in available:
            key = (problem, number)
            levels = levels_from_totals(self.totals[key], path, {path[0]: self.people[key]})
            priced = [report for report in self.standing[key].values() if report.money is not None]
            found.append(replace(self.remedies[problem][number], evidence=Evidence(levels, priced)))
        return found

    # ------------------------------------------------------------ what people say

    def observe(self, event: Any) -> None:
        """An outcome or a vote; an outcome takes the place of the same member's vote."""
        key = (event.problem, event.remedy)
        standing = self.standing[key]
        before = standing.get(event.member)
        if event.kind == "vote" and before is not None:
            return
        tier: Tier = "vote" if event.kind == "vote" else event.tier
        result = ("up" if event.worked else "down") if tier == "vote" else "worked" if event.worked else "failed"
        trust = self.trust.get(event.member, self.rules.first_trust(tier))
        report = Report(event.member, tier, result, self.path(event.leaf), trust=trust, money=event.cost, hours=0.0)
        if before is not None:
            self._add(key, before, -1)
        standing[event.member] = report
        self._add(key, report, 1)
        self.orders[event.problem].clear()

    def _add(self, key: Key, report: Report, sign: int) -> None:
        success, failure = success_and_failure(report, event_weight(report, self.rules), self.rules)
        (add_event if sign > 0 else remove_event)(self.totals[key], report.path, report.tier, success, failure)
        column = {"worked": "worked", "failed": "failed", "up": "up", "down": "down"}[report.result]
        people = self.people[key]
        old = people.get(report.tier, NOBODY)
        facts = {column: getattr(old, column) + sign}
        if column == "worked":
            facts["successes"] = old.successes + sign
        people[report.tier] = replace(old, **facts)

    def nightly(self) -> None:
        """The nightly work of the site."""

    # ------------------------------------------------------------ what is measured of people

    def reports(self) -> list[Report]:
        """All standing reports."""
        return [report for standing in self.standing.values() for report in standing.values()]

    def trusts(self) -> dict[int, float]:
        """The trust in everybody who has said something, at the end."""
        return {report.person: self.trust.get(report.person, report.trust) for report in self.reports()}

    def weights(self) -> dict[int, float]:
        """What everybody's reports weigh together, before the caps on crowds."""
        weight: dict[int, float] = {}
        for report in self.reports():
            weight[report.person] = weight.get(report.person, 0.0) + event_weight(report, self.rules)
        return weight


def make() -> PlanRanker:
    """For `--ranker benchmarks.plan_ranker:make` of a world's own command line."""
    return PlanRanker()
