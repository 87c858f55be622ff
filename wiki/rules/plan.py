"""The plan: in which order to try the remedies of a problem, official and community in one list, and what it saves.

Order for independent remedies: q/c against the official path (Kadane & Simon 1977; Kalagnanam & Henrion
1990; Heckerman, Breese & Rommelse 1995), grouped by guards that were chosen by simulation. The money counts
proven fixes only, so that invented ones move neither it nor the order of the confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wiki.rules.chance import Chance, ChanceWords, chance_words
from wiki.rules.cost import Cost
from wiki.rules.evidence import Node
from wiki.rules.judgement import Judgement, Kind
from wiki.rules.money import Money, Share, of_a_hundred, reckon_money, savings, split_whole
from wiki.rules.order import (
    ABOVE,
    Group,
    Placed,
    RecallStrip,
    grouped,
    grouped_without_official_cost,
    index_of,
    place_recalls,
)
from wiki.rules.safety import SafetyClass, SafetyFacts, SafetyLine, safety_line
from wiki.rules.weighing import (
    Circumstances,
    Danger,
    Evidence,
    OfficialPath,
    QuoteRefused,
    RecallMatch,
    Remedy,
    Way,
    Weighed,
    choose_official_path,
    weigh,
)

__all__ = [
    "WHY", "Circumstances", "Danger", "Evidence", "Group", "Money", "OfficialPath", "Plan", "QuoteRefused", "Ranking",
    "RecallMatch", "RecallStrip", "Remedy", "Share", "Step", "Way", "Weighed", "choose_official_path", "make_plan",
    "rank", "weigh",
]  # fmt: skip


WHY: dict[str, str] = {
    "recall_matched": "A recall covers your very product, and its remedy is free.",
    "confirmed": "Confirmed by a professional or by two verified owners.",
    "proven": "At least one verified owner or professional says that it worked.",
    "unproven": "Nobody verified has said yet that it worked.",
    "official_path": "What the manufacturer says to do: the cheapest official way that is in force.",
    "quoted": "This is the work that you were quoted for.",
    "official": "The manufacturer's own remedy; what it costs is not known.",
    "costs_more": "Trying it first costs more than it can be expected to save.",
    "dear": "Too dear to try before anybody verified has said that it works.",
    "enough_unproven": "People make few tries before they go to the dealer; others are worth these more.",
    "red_needs_professional": "Work on a part that can injure: a professional's success is needed first.",
    "danger_flagged": "Somebody says that this is dangerous; a moderator is looking into it.",
    "danger_upheld": "A moderator found this dangerous.",
    "superseded": "Superseded.",
    "cost_unknown": "Nobody has said yet what it costs.",
    "tried": "You have tried it already.",
    "reading_for": "More likely, by what your test said.",
    "reading_against": "Less likely, by what your test said.",
    "same_component": "Less likely, since another fix on the same part did not help you.",
    "other_component": "Likelier now, since what you tried in vain mends another part.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One remedy in its place, with everything a page prints about it.

    `cost` = `price.value` + `risk`, None when unknown. `saving` is the step's part of the plan's saving and
    `saving_shown` the same in whole units that add up; both None where the money does not count it. `whys`
    are keys of `WHY`.
    """

    rank: int
    key: int
    kind: Kind
    group: Group
    q: float
    low: float
    high: float
    words: ChanceWords
    chance: Chance
    cost: float | None
    price: Cost
    risk: float
    hours: float | None
    index: float | None
    proven: bool
    confirmed: bool
    above_official: bool
    counted: bool
    saving: float | None
    saving_shown: int | None
    safety: SafetyClass
    danger: Danger
    whys: tuple[str, ...]

    @property
    def untested(self) -> bool:
        """Nobody at all has reported an outcome."""
        return self.words.untested

    @property
    def early(self) -> bool:
        """Too few reports, or too wide an interval, to lean on."""
        return self.words.early


@dataclass(frozen=True, slots=True)
class Plan:
    """What to try first: ordered steps, the money, recalls beside the list, and the safety line above it.

    `path` is None when C is unknown, and then no saving is shown. `pinned_warnings` are the keys of official
    diagnostics whose warning stands on top. `hundred` splits 100 owners who follow the proven steps. `weighed` are
    all remedies with their chances, for those who reckon on (`wiki.rules.diagnosis`).
    """

    steps: tuple[Step, ...]
    path: OfficialPath | None
    money: Money
    recalls: tuple[RecallStrip, ...]
    safety: SafetyLine
    pinned_warnings: tuple[int, ...]
    hundred: tuple[Share, ...]
    nothing_proven: bool
    quote_refused: QuoteRefused
    wage: float
    weighed: tuple[Weighed, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of a plan without its money and words: remedies in their groups, best first."""

    placed: tuple[Placed, ...]
    weighed: tuple[Weighed, ...]
    official: OfficialPath | None
    recalls: tuple[RecallStrip, ...]
    quote_refused: QuoteRefused


def rank(
    remedies: Sequence[Remedy], *, path: Sequence[Node], circumstances: Circumstances, rules: Judgement
) -> Ranking:
    """What to try first for a reader whose product has the given path; `make_plan` adds money and words to it."""
    wage = circumstances.reckoned_wage(rules)
    weighed, official, refused = weigh(remedies, path, circumstances, rules)
    leading, strips, others = place_recalls(weighed, circumstances)
    placed = [Placed("recall", item, ("recall_matched",)) for item in leading]
    if official is None:
        placed += grouped_without_official_cost(others, circumstances, wage, rules)
    else:
        placed += grouped(others, official, circumstances, wage, rules)
    return Ranking(tuple(placed), tuple(weighed), official, strips, refused)


def make_plan(
    remedies: Sequence[Remedy],
    *,
    path: Sequence[Node],
    circumstances: Circumstances | None = None,
    facts: SafetyFacts | None = None,
    rules: Judgement | None = None,
) -> Plan:
    """The plan of a problem for a reader whose product has the given path (its node with ancestors, root first)."""
    circumstances = circumstances or Circumstances()
    rules = rules or Judgement()
    wage = circumstances.reckoned_wage(rules)
    ranking = rank(remedies, path=path, circumstances=circumstances, rules=rules)
    weighed, placed, official = ranking.weighed, ranking.placed, ranking.official
    counted = [place.item for place in placed if place.group in ABOVE and place.item.chance.proven]
    fixes_proven = any(item.chance.proven for item in weighed if item.remedy.kind == "community")
    nothing_proven = not counted and not fixes_proven
    money = reckon_money(
        [(item.q, item.cost or 0.0) for item in counted],
        official_cost=official.cost if official else None,
        expected=official.expected if official else None,
        early=any(_words(item, rules).early for item in counted),
        nothing_proven=nothing_proven,
        rules=rules,
    )
    if placed and placed[0].group == "recall":
        money = replace(money, today=0.0)
    shares = of_a_hundred(
        [(item.remedy.key, item.q) for item in counted],
        official=(official.key, official.q) if official else None,
    )
    steps = _steps(placed, counted, official, money, wage, rules)
    first: SafetyClass = next((step.safety for step in steps[:1] if step.kind == "community"), "green")
    facts = facts or SafetyFacts()
    return Plan(
        steps=steps,
        path=official,
        money=money,
        recalls=ranking.recalls,
        safety=safety_line(facts, first_step=first, rules=rules),
        pinned_warnings=_pinned_warnings(remedies, facts),
        hundred=shares if counted else (),
        nothing_proven=nothing_proven,
        quote_refused=ranking.quote_refused,
        wage=wage,
        weighed=tuple(sorted(weighed, key=lambda item: item.remedy.key)),
    )


def _pinned_warnings(remedies: Sequence[Remedy], facts: SafetyFacts) -> tuple[int, ...]:
    if facts.component_class != "red" and all(remedy.safety != "red" for remedy in remedies):
        return ()
    return tuple(sorted(remedy.key for remedy in remedies if remedy.has_warning and remedy.in_force))


# ---------------------------------------------------------------- what is shown


def _shown_index(item: Weighed, official: OfficialPath | None, wage: float, rules: Judgement) -> float | None:
    """q/(c + λ) of a remedy, 1/C of the official path, None without a cost."""
    if official and item.remedy.key == official.key:
        return 1 / official.expected
    return None if item.cost is None else index_of(item, wage, rules)


def _words(item: Weighed, rules: Judgement) -> ChanceWords:
    return chance_words(
        q=item.q,
        low=item.low,
        high=item.high,
        tried=item.chance.tried,
        reports=item.chance.reports,
        rules=rules,
    )


def _steps(
    placed: Sequence[Placed],
    counted: Sequence[Weighed],
    official: OfficialPath | None,
    money: Money,
    wage: float,
    rules: Judgement,
) -> tuple[Step, ...]:
    parts: dict[int, tuple[float, int]] = {}
    if official and money.saving_shown is not None:
        each = savings([(item.q, item.cost or 0.0) for item in counted], official.expected)
        shown = split_whole(money.saving_shown, each)
        keys = (item.remedy.key for item in counted)
        parts = dict(zip(keys, zip(each, shown, strict=True), strict=True))
    keys_counted = {item.remedy.key for item in counted}
    steps = []
    for rank, place in enumerate(placed, 1):
        item, remedy = place.item, place.item.remedy
        saving, saving_shown = parts.get(remedy.key, (None, None))
        extra = ["same_component"] if item.factor < 1 else ["other_component"] if item.factor > 1 else []
        extra += ["reading_for"] if item.ratio > 1 else ["reading_against"] if item.ratio < 1 else []
        extra += ["danger_flagged"] if remedy.danger == "flagged" else []
        steps.append(
            Step(
                rank=rank,
                key=remedy.key,
                kind=remedy.kind,
                group=place.group,
                q=item.q,
                low=item.low,
                high=item.high,
                words=_words(item, rules),
                chance=item.chance,
                cost=item.cost,
                price=item.price,
                risk=item.risk,
                hours=remedy.posted_hours,
                index=_shown_index(item, official, wage, rules),
                proven=item.chance.proven,
                confirmed=item.chance.confirmed(rules, item.q),
                above_official=place.group in ABOVE,
                counted=remedy.key in keys_counted,
                saving=saving,
                saving_shown=saving_shown,
                safety=remedy.safety,
                danger=remedy.danger,
                whys=(*place.whys, *extra),
            )
        )
    return tuple(steps)
