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
from wiki.rules.first_guess import fitted, official_yardstick, price_class
from wiki.rules.judgement import VERIFIED, Judgement, Tier
from wiki.rules.plan import Circumstances, Evidence, Ranking, Remedy, Weighed, rank, weigh
from wiki.rules.trust import Claim, TrustRules, calibrate, columns, trust_of

Key = tuple[int, int]
Change = Callable[[Judgement], Judgement]

TRUST, GUESSES = "trust", "first_guesses"

# What can be switched off, by name: the rules as they would be without the idea.
IDEAS: dict[str, Change] = {
    "guards": lambda rules: replace(rules, dear_share=1e9, confirmed_chance=2.0),
    "few_tries": lambda rules: replace(rules, most_tries=10**6),
    "crowd_yields": lambda rules: replace(rules, crowd_yields=0.0),
    "close_prices": lambda rules: replace(rules, unverified_price_clip=5.0, unverified_price_weight=1e9),
    "causes": lambda rules: replace(rules, dependence=0.0),
    "hassle": lambda rules: replace(rules, attempt_hours=0.0),
}

# The world's owners report a success 1.6 times as readily as a failure; the site learns that from prompted outcomes.
WORLD_RULES = Judgement(reporting_bias=1.6)


def rules_without(ideas: Sequence[str]) -> Judgement:
    """The rules of the worlds with some ideas switched off."""
    rules = WORLD_RULES
    for idea in ideas:
        if idea in IDEAS:
            rules = IDEAS[idea](rules)
    return rules


class PlanRanker:
    """A ranker as the worlds call it: `start`, `order`, `observe`, `nightly`."""

    def __init__(self, without: Sequence[str] = ()) -> None:
        self.rules = rules_without(without)
        self.trust_rules = TrustRules(gain=0.0) if TRUST in without else TrustRules()
        self.guesses = GUESSES not in without

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
        self.scores: dict[int, int] = {}
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
        report = Report(
            event.member,
            tier,
            result,
            self.path(event.leaf),
            trust=self._trust(event.member, tier),
            money=event.cost,
            hours=0.0,
        )
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

    def _trust(self, member: int, tier: Tier) -> float:
        return trust_of(self.scores.get(member, 0), self.rules.first_trust(tier), self.trust_rules)

    def nightly(self) -> None:
        """The nightly work of the site: everybody's trust is worked out anew, and their reports weigh by it."""
        if self.trust_rules.gain == 0 and not self.guesses:
            return
        rows = [
            Claim(
                report.person,
                key,
                self.remedies[key[0]][key[1]].kind,
                report.tier,
                float(report.result in ("worked", "up")),
                report.path,
                self.rules.unit(report.tier),
            )
            for key, standing in self.standing.items()
            for report in standing.values()
        ]
        claims = columns(rows, self.rules)
        found = calibrate(claims, self.trust_rules, self.rules)
        self.scores = dict(zip(claims.persons, found.score.tolist(), strict=True))
        for key, standing in self.standing.items():
            self.totals[key] = {}
            self.people[key] = {}
            for member, report in standing.items():
                standing[member] = replace(report, trust=self._trust(member, report.tier))
                self._add(key, standing[member], 1)
        if self.guesses:
            self.rules = replace(self.rules, **fitted(self._by_price(), self.rules))
        for orders in self.orders.values():
            orders.clear()

    def _by_price(self) -> list[tuple[str, float, float]]:
        """Every fix that somebody verified has tried: price class and verified successes and failures."""
        found = []
        for (problem, number), totals in self.totals.items():
            remedies = self.remedies[problem].values()
            money = self.remedies[problem][number].posted_money
            official = official_yardstick([r.posted_money for r in remedies if r.kind == "official"], self.rules)
            if self.remedies[problem][number].kind == "community" and totals and money and official:
                root = self.path(0)[0]
                pairs = [totals.get((root, tier), (0.0, 0.0)) for tier in VERIFIED]
                success, failure = (sum(pair[place] for pair in pairs) for place in (0, 1))
                found.append((price_class(money, official), success, failure))
        return found

    # ------------------------------------------------------------ what is measured of people

    def reports(self) -> list[Report]:
        """All standing reports."""
        return [report for standing in self.standing.values() for report in standing.values()]

    def trusts(self) -> dict[int, float]:
        """The trust in everybody who has said something, at the end."""
        tiers: dict[int, set[Tier]] = {}
        for report in self.reports():
            tiers.setdefault(report.person, set()).add(report.tier)
        return {member: max(self._trust(member, tier) for tier in said) for member, said in tiers.items()}

    def weights(self) -> dict[int, float]:
        """What everybody's reports weigh together, before the caps on crowds."""
        weight: dict[int, float] = {}
        for report in self.reports():
            weight[report.person] = weight.get(report.person, 0.0) + event_weight(report, self.rules)
        return weight


def make() -> PlanRanker:
    """For `--ranker benchmarks.plan_ranker:make` of a world's own command line."""
    return PlanRanker()
