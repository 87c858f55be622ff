"""An attacker who buys unverified accounts to sink a fix that verified people confirmed.

A fix with two verified successes, at the reader's own product, stands above the official path and costs less than
15 % of it. The attacker may let any number of unverified accounts report outcomes and votes on the fix, on the official
path and on fixes invented for it, at any node of the product's path and with any price, and is judged by the plan of
`wiki.rules`. Random search with hill climbing, from several starts and settings.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from wiki.rules.evidence import Report
from wiki.rules.judgement import Judgement, Tier
from wiki.rules.plan import Circumstances, Ranking, Remedy, rank

PATH = ("make", "model", "generation", "year", "variant")
OFFICIAL, FIX, INVENTED = 1, 2, 3
OFFICIAL_MONEY = 1000.0
SHARE = 0.15
MOST_ACCOUNTS = 3000


@dataclass(frozen=True)
class Lie:
    """What a number of accounts say: result, node by depth, price (None: not said)."""

    remedy: int
    result: str
    depth: int
    accounts: int
    money: float | None


@dataclass(frozen=True)
class Setting:
    """What the attacker finds: who confirmed the fix, whether they said what they paid, and what it costs."""

    tier: Tier
    priced: bool
    fix_money: float


def settings(rules: Judgement) -> list[Setting]:
    """Confirmed fixes, up to the dearest that the target speaks of."""
    most = SHARE * OFFICIAL_MONEY * (1 + rules.paid_again * (1 - rules.mean_official))
    tiers: tuple[Tier, ...] = ("owner", "professional")
    return [Setting(tier, priced, share * most) for tier in tiers for priced in (False, True) for share in (0.3, 0.99)]


def attacked(setting: Setting, lies: list[Lie], rules: Judgement) -> Ranking:
    """The order of the plan when these lies have been told."""
    reports: dict[int, list[Report]] = {OFFICIAL: [], FIX: [], INVENTED: []}
    for number in range(2):
        paid = setting.fix_money if setting.priced else None
        trust = rules.first_trust(setting.tier)
        reports[FIX].append(
            Report(f"verified {number}", setting.tier, "worked", PATH, trust=trust, money=paid, hours=0)
        )
    for number, lie in enumerate(lies):
        tier: Tier = "vote" if lie.result in ("up", "down") else "unverified"
        one = Report(
            f"bought {number}",
            tier,
            lie.result,  # type: ignore[arg-type]
            PATH[: lie.depth],
            trust=rules.first_trust(tier) * lie.accounts,  # so many reports as one that weighs as much
            money=None if tier == "vote" else lie.money,
            hours=0,
        )
        reports[lie.remedy].append(one)
    remedies = [
        Remedy(OFFICIAL, "official", reports[OFFICIAL], OFFICIAL_MONEY),
        Remedy(FIX, "community", reports[FIX], setting.fix_money, 0.0, component=1),
        Remedy(INVENTED, "community", reports[INVENTED], 10.0, 0.0, component=1),
    ]
    return rank(remedies, path=PATH, circumstances=Circumstances(), rules=rules)


def margin(ranking: Ranking) -> float:
    """How far the fix stands from the point where it falls below the official path: q·C/c, or 0 when it has fallen."""
    keys = [place.item.remedy.key for place in ranking.placed]
    item = next(place.item for place in ranking.placed if place.item.remedy.key == FIX)
    assert ranking.official is not None
    if keys.index(FIX) > keys.index(OFFICIAL):
        return 0.0
    return item.q * ranking.official.expected / (item.cost or 1.0)


def accounts_to_flip(rules: Judgement, *, attempts: int = 300, seed: int = 0) -> dict[str, int | float | None]:
    """The fewest bought accounts found that sink the fix (`None`: no attempt did), and the least margin reached.

    `attempts` is the number of plans judged for each setting.
    """
    chance = random.Random(seed)
    fewest: int | None = None
    least = float("inf")
    for setting in settings(rules):
        assert margin(attacked(setting, [], rules)) > 0
        best: list[Lie] = []
        best_margin = float("inf")
        for attempt in range(attempts):
            lies = _start(setting) if attempt == 0 else _changed(best, setting, chance)
            found = margin(attacked(setting, _by_account(lies), rules))
            least = min(least, found)
            count = sum(lie.accounts for lie in lies)
            if found == 0 and (fewest is None or count < fewest):
                fewest = count
            if (found, count) < (best_margin, sum(lie.accounts for lie in best)):
                best, best_margin = lies, found
    return {"accounts": fewest, "least_margin": round(least, 3), "most_accounts": MOST_ACCOUNTS}


def _start(setting: Setting) -> list[Lie]:
    """What a script would do first: everything at once."""
    lies = []
    for depth in range(1, len(PATH) + 1):
        lies += [
            Lie(FIX, "worse", depth, 60, 5 * setting.fix_money),
            Lie(FIX, "down", depth, 60, None),
            Lie(OFFICIAL, "worked", depth, 60, OFFICIAL_MONEY / 5),
            Lie(INVENTED, "worked", depth, 10, 1.0),
        ]
    return lies


def _by_account(lies: list[Lie]) -> list[Lie]:
    return [lie for lie in lies if lie.accounts > 0]


def _changed(lies: list[Lie], setting: Setting, chance: random.Random) -> list[Lie]:
    """One or two steps away: a lie more, less, elsewhere, by more or fewer accounts or at another price."""
    lies = list(lies)
    for _ in range(chance.choice([1, 1, 2, 3])):
        move = chance.random()
        if not lies or move < 0.25:
            lies.append(_any(setting, chance))
        elif move < 0.4:
            lies.pop(chance.randrange(len(lies)))
        else:
            place = chance.randrange(len(lies))
            lie = lies[place]
            other = _any(setting, chance)
            lies[place] = chance.choice(
                [
                    replace(lie, accounts=int(lie.accounts * chance.choice([0.25, 0.5, 0.8, 1.5, 3]))),
                    replace(lie, depth=other.depth),
                    replace(lie, money=other.money if lie.result not in ("up", "down") else None),
                    other,
                ]
            )
    while sum(lie.accounts for lie in lies) > MOST_ACCOUNTS:
        lies = [replace(lie, accounts=lie.accounts // 2) for lie in lies]
    return [lie for lie in lies if lie.accounts > 0]


def _any(setting: Setting, chance: random.Random) -> Lie:
    remedy = chance.choice([FIX, FIX, OFFICIAL, OFFICIAL, INVENTED])
    result = chance.choice(["worked", "partly", "failed", "worse", "up", "down"])
    price = {FIX: setting.fix_money, OFFICIAL: OFFICIAL_MONEY, INVENTED: 10.0}[remedy]
    money = None
    if result not in ("up", "down") and chance.random() < 0.7:
        money = price * 10 ** chance.uniform(-1.5, 1.5)
    return Lie(remedy, result, chance.randint(1, len(PATH)), int(10 ** chance.uniform(0, 2)), money)
