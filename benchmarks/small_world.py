"""A small simulated world of repairs, for where the large ones beside the project are missing.

Owners of one of four variants meet a problem with one hidden cause of four, walk down a ranker's list of at most five
fixes (three tries, then the dealer) and report now and then. Shills praise the dealer and run down the best fix; under
the attack "invented" they list two worthless fixes for 10 and praise them, under "prices" they report false prices.
All luck is drawn with the world, so that two rankers meet the same owners.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

LEAVES, CAUSES, FIXES, OFFICIAL, INVENTED, TRIES = 4, 4, 5, 5, 2, 3
HONEST_MEMBERS = 400
NIGHT = 250
TIERS = ("unverified", "owner", "professional")


@dataclass(frozen=True)
class Remedy:
    """What is public of a remedy; one component label in five is wrong."""

    id: int
    kind: str
    posted_cost: float
    component: int | None


@dataclass(frozen=True)
class Problem:
    """A problem with its remedies."""

    id: int
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """An outcome or a vote."""

    kind: str
    member: int
    tier: str
    problem: int
    remedy: int
    leaf: int
    worked: bool
    cost: float | None


@dataclass(frozen=True)
class Scenario:
    """The share of shills among all accounts, how many times as active they are, and their extra attacks."""

    shills: float = 0.0
    activity: float = 1.0
    attacks: tuple[str, ...] = ()


SCENARIOS = {
    "clean": Scenario(),
    "shills20": Scenario(0.2),
    "shills20x3": Scenario(0.2, 3.0),
    "shills20x3+attacks": Scenario(0.2, 3.0, ("invented", "prices")),
}


def product_path(leaf: int) -> tuple[str, ...]:
    """The nodes of a variant, root first."""
    return ("product", f"generation{leaf // 2}", f"variant{leaf}")


class World:
    """Everything hidden, drawn from the seed."""

    def __init__(
        self,
        seed: int,
        shill_share: float = 0.0,
        activity: float = 1.0,
        attacks: Iterable[str] = (),
        problems: int = 30,
        visits: int = 60,
    ) -> None:
        rng = np.random.default_rng(seed)
        self.problems, self.visits, self.attacks = problems, visits, frozenset(attacks)
        total, most = problems * visits, OFFICIAL + 1 + INVENTED
        base = np.log(rng.dirichlet(np.full(CAUSES, 0.7), problems) + 1e-3)[:, None, :]
        weight = np.exp(base + rng.normal(0, 0.9, (problems, LEAVES, CAUSES)))
        self.cause_chance = weight / weight.sum(2, keepdims=True)
        self.cause = rng.integers(0, CAUSES, (problems, FIXES))
        self.effect = rng.beta(8, 2, (problems, FIXES)) * (rng.random((problems, FIXES)) > 0.3)
        self.component = np.where(
            rng.random((problems, FIXES)) < 0.8, self.cause, rng.integers(0, CAUSES, (problems, FIXES))
        )
        self.official_chance = np.where(rng.random((problems, CAUSES)) < 0.5, 0.95, 0.1)
        self.true_cost = np.full((problems, most), 10.0)
        self.true_cost[:, :FIXES] = np.exp(rng.normal(np.log(100), 0.8, (problems, FIXES)))
        self.true_cost[:, OFFICIAL] = np.exp(rng.normal(np.log(1000), 0.4, problems))
        self.posted_cost = self.true_cost * np.exp(rng.normal(0, 0.3, (problems, most)))
        self.visit_problem = rng.permutation(np.repeat(np.arange(problems), visits))
        self.visit_leaf = rng.integers(0, LEAVES, total)
        self.visit_cause = np.array(
            [
                rng.choice(CAUSES, p=self.cause_chance[problem, leaf])
                for problem, leaf in zip(self.visit_problem, self.visit_leaf, strict=True)
            ]
        )
        self.luck = rng.random((total, most, 3))
        self.owner = rng.integers(0, HONEST_MEMBERS, total)
        shills = round(HONEST_MEMBERS * shill_share / (1 - shill_share))
        self.members = HONEST_MEMBERS + shills
        rate = activity * 1.6 * shills / HONEST_MEMBERS
        self.shill_actions = rng.poisson(rate, total) if shills else np.zeros(total, int)
        self.shill_luck = rng.random((total, 12, 4))
        rank = rng.random(self.members)
        self.tier = [
            TIERS[int(r < 0.34) + int(r < 0.04)] if member < HONEST_MEMBERS else TIERS[int(r < 0.05)]
            for member, r in enumerate(rank)
        ]
        self.has_invented = (np.arange(problems) % 2 == 0) & ("invented" in self.attacks) & (shills > 0)

    def success_chance(self, problem: int, remedy: int, cause: int) -> float:
        """How likely a remedy is to work when this is the cause."""
        if remedy == OFFICIAL:
            return float(self.official_chance[problem, cause])
        if remedy > OFFICIAL:
            return 0.0
        return 0.03 + 0.97 * float(self.effect[problem, remedy]) * float(self.cause[problem, remedy] == cause)

    def available(self, problem: int) -> list[int]:
        """The remedies that a problem lists."""
        return list(range(OFFICIAL + 1 + (INVENTED if self.has_invented[problem] else 0)))

    def public_problems(self) -> list[Problem]:
        """What a ranker is shown."""
        return [
            Problem(
                problem,
                tuple(
                    Remedy(
                        number,
                        "official" if number == OFFICIAL else "community",
                        float(self.posted_cost[problem, number]),
                        int(self.component[problem, number]) if number < OFFICIAL else None,
                    )
                    for number in self.available(problem)
                ),
            )
            for problem in range(self.problems)
        ]

    def shill(self, visit: int, number: int) -> Event:
        """What a shill says: praise of an invented fix or of the dealer, or a word against the best fix."""
        problem = int(self.visit_problem[visit])
        which, medium, where, choice = self.shill_luck[visit, number].tolist()
        member = HONEST_MEMBERS + int(which * (self.members - HONEST_MEMBERS))
        if self.has_invented[problem] and choice < 0.5:
            remedy, worked = OFFICIAL + 1 + int(2 * choice * INVENTED), True
        elif choice < 0.7:
            remedy, worked = OFFICIAL, True
        else:
            worth = self.cause_chance[problem].mean(0)[self.cause[problem]] * self.effect[problem]
            remedy, worked = int(np.argmax(worth / self.true_cost[problem, :FIXES])), False
        cost = None
        if "prices" in self.attacks and remedy <= OFFICIAL:
            cost = float(self.true_cost[problem, remedy]) * (0.2 if remedy == OFFICIAL else 5.0)
        kind = "outcome" if medium < 0.5 else "vote"
        leaf = int(where * LEAVES)
        return Event(
            kind, member, self.tier[member], problem, remedy, leaf, worked, cost if kind == "outcome" else None
        )


def simulate(world: World, ranker: Any) -> np.ndarray:
    """Let every owner follow the ranker's list; the cost of each visit."""
    ranker.start(world.public_problems(), product_path, world.members)
    costs = np.zeros(world.problems * world.visits)
    said: set[tuple[str, int, int, int]] = set()

    def publish(event: Event) -> None:
        key = (event.kind, event.member, event.problem, event.remedy)
        if key not in said:
            said.add(key)
            ranker.observe(event)

    for visit in range(len(costs)):
        events = []
        costs[visit] = _follow(world, ranker, visit, events)
        events += [world.shill(visit, number) for number in range(min(12, world.shill_actions[visit]))]
        for event in events:
            publish(event)
        if (visit + 1) % NIGHT == 0:
            ranker.nightly()
    return costs


def _follow(world: World, ranker: Any, visit: int, events: list[Event]) -> float:
    problem, leaf, cause = int(world.visit_problem[visit]), int(world.visit_leaf[visit]), int(world.visit_cause[visit])
    member = int(world.owner[visit])
    paid, tried = 0.0, ()
    while True:
        answer = ranker.order(problem, leaf, world.available(problem), tried)
        plan = [answer] if isinstance(answer, int) else list(answer)
        left = [remedy for remedy in plan if remedy not in tried]
        remedy = left[0] if left and len(tried) < TRIES else OFFICIAL
        luck = world.luck[visit, remedy].tolist()
        works = luck[0] < world.success_chance(problem, remedy, cause)
        cost = float(world.true_cost[problem, remedy])
        paid += cost * (1.6 if remedy == OFFICIAL and not works else 1.0)
        if luck[1] < (0.4 if works else 0.25):
            events.append(Event("outcome", member, world.tier[member], problem, remedy, leaf, works, cost))
        if luck[2] < 0.3:
            events.append(Event("vote", member, world.tier[member], problem, remedy, leaf, works, None))
        if works or remedy == OFFICIAL:
            return paid
        tried += (remedy,)


# ---------------------------------------------------------------- rankers to compare with


class OfficialFirst:
    """The dealer, always."""

    def start(self, *_: Any) -> None:
        """Needs to know nothing."""

    def order(self, *_: Any) -> list[int]:
        """The official remedy."""
        return [OFFICIAL]

    def observe(self, event: Event) -> None:
        """Learns nothing."""

    def nightly(self) -> None:
        """Does nothing."""


class CheapestFirst(OfficialFirst):
    """By posted cost."""

    def start(self, problems: list[Problem], *_: Any) -> None:
        """Remember the costs."""
        self.cost = {(problem.id, remedy.id): remedy.posted_cost for problem in problems for remedy in problem.remedies}

    def order(self, problem: int, leaf: int, available: list[int], tried: tuple[int, ...]) -> list[int]:
        """The cheapest first."""
        return sorted(available, key=lambda remedy: self.cost[problem, remedy])


class Oracle(OfficialFirst):
    """The cheapest plan there is, by going through all orders of all sets that can fail."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.best = lru_cache(maxsize=None)(self._best)

    def order(self, problem: int, leaf: int, available: list[int], tried: tuple[int, ...]) -> list[int]:
        """The next remedy."""
        return [self.best(problem, leaf, frozenset(tried))[1]]

    def _best(self, problem: int, leaf: int, tried: frozenset[int]) -> tuple[float, int]:
        """The expected cost from here and the remedy to begin with, for owners for whom `tried` failed."""
        world, causes = self.world, range(CAUSES)
        weight = np.array(world.cause_chance[problem, leaf])
        for remedy in tried:
            weight = weight * [1 - world.success_chance(problem, remedy, cause) for cause in causes]
        weight = weight / weight.sum()
        miss = float(weight @ [1 - world.success_chance(problem, OFFICIAL, cause) for cause in causes])
        options = [(float(world.true_cost[problem, OFFICIAL]) * (1 + 0.6 * miss), OFFICIAL)]
        for remedy in set(range(FIXES)) - tried if len(tried) < TRIES else ():
            fails = float(weight @ [1 - world.success_chance(problem, remedy, cause) for cause in causes])
            later = self.best(problem, leaf, tried | {remedy})[0]
            options.append((float(world.true_cost[problem, remedy]) + fails * later, remedy))
        return min(options)
