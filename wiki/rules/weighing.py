"""A problem's remedies weighed for one reader: chance, cost, risk, and the official path they are measured against."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wiki.rules.causes import Mends, factors_after
from wiki.rules.chance import Chance, chances, climb
from wiki.rules.cost import Cost, cost_of_official_path, estimate_cost, risk
from wiki.rules.evidence import Level, Node, Report, event_weights, gather, standing_reports
from wiki.rules.first_guess import first_guess, official_yardstick
from wiki.rules.judgement import VERIFIED, Judgement, Kind
from wiki.rules.pointers import turned
from wiki.rules.safety import SafetyClass

Way = Literal["myself", "workshop", "dealer"]
Danger = Literal["none", "flagged", "upheld"]
RecallMatch = Literal["may_apply", "matched", "done", "not_available"]
QuoteRefused = Literal["", "no_official", "not_linked", "recall", "superseded", "tried"]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a reader says of their own case; never needed, and kept in the address.

    `quote` is what the dealer asked for the official diagnostic `quoted`; `tried` are keys of remedies that
    did not help; `pointers` are (key, ratio): by how much the readings taken multiply the odds of a remedy
    (`wiki.rules.diagnosis.ratios`); `wage` per hour replaces the default of the reader's way.
    """

    way: Way = "myself"
    quote: float | None = None
    quoted: int | None = None
    warranty: bool = False
    cannot_do_it_myself: bool = False
    tried: frozenset[int] = frozenset()
    pointers: tuple[tuple[int, float], ...] = ()
    wage: float | None = None

    def reckoned_wage(self, rules: Judgement) -> float:
        """What an hour of work on a fix costs this reader."""
        if self.cannot_do_it_myself and self.way == "myself":
            return rules.wage_workshop
        if self.wage is not None:
            return self.wage
        return {"myself": rules.wage_myself, "workshop": rules.wage_workshop, "dealer": rules.wage_dealer}[self.way]

    @property
    def does_it_themself(self) -> bool:
        """Whether no professional's hands are on the work."""
        return self.way == "myself" and not self.cannot_do_it_myself


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a store keeps of a remedy in place of all its reports.

    `levels` are the sums and people at each node of the reader's path (`levels_from_totals` of additive sums per
    remedy, node and tier). `priced` are reports with a price, bounded in number by the store; only their money,
    hours, tier, trust and age are read.
    """

    levels: tuple[Level, ...]
    priced: Sequence[Report] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """A community fix or an official diagnostic linked to the problem, with all its reports, votes included.

    `recall` is None for all but recall campaigns. `in_force` is False once superseded. Money and hours are
    the posted ones, None where nobody said. `has_warning`: an official warning that belongs above the plan.
    """

    key: int
    kind: Kind
    reports: Sequence[Report] = ()
    posted_money: float | None = None
    posted_hours: float | None = None
    component: int | None = None
    software: bool = False
    safety: SafetyClass = "green"
    danger: Danger = "none"
    in_force: bool = True
    recall: RecallMatch | None = None
    has_warning: bool = False
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class OfficialPath:
    """The official diagnostic that the plan is measured against: c_o, q_o and C = c_o·(1 + φ·(1 − q_o))."""

    key: int
    cost: float
    q: float
    expected: float
    from_quote: bool
    under_warranty: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """A remedy with its chance for this reader and, once C is known, its full cost."""

    remedy: Remedy
    chance: Chance
    price: Cost
    q: float
    factor: float = 1.0
    risk: float = 0.0
    ratio: float = 1.0

    @property
    def low(self) -> float:
        """The lower end of the interval for this reader."""
        return turned(min(1.0, self.chance.low * self.factor), self.ratio)

    @property
    def high(self) -> float:
        """The upper end of the interval for this reader."""
        return turned(min(1.0, self.chance.high * self.factor), self.ratio)

    @property
    def cost(self) -> float | None:
        return None if self.price.value is None else self.price.value + self.risk


def _weigh(
    remedies: Sequence[Remedy],
    path: Sequence[Node],
    circumstances: Circumstances,
    wage: float,
    rules: Judgement,
) -> list[Weighed]:
    standing = [
        standing_reports(remedy.reports) if remedy.evidence is None else remedy.evidence.priced for remedy in remedies
    ]
    weights = [
        event_weights(reports, rules, software=remedy.software)
        for remedy, reports in zip(remedies, standing, strict=True)
    ]
    bearing = [
        gather(reports, path, rules, weights=event) if remedy.evidence is None else remedy.evidence.levels
        for remedy, reports, event in zip(remedies, standing, weights, strict=True)
    ]
    guesses = _first_guesses(remedies, bearing, rules)
    ladders = [
        climb(levels, remedy.kind, rules, first_guess=guess)
        for remedy, levels, guess in zip(remedies, bearing, guesses, strict=True)
    ]
    found = []
    for remedy, reports, event, chance in zip(remedies, standing, weights, chances(ladders, rules), strict=True):
        official = remedy.kind == "official"
        price = estimate_cost(
            reports,
            posted_money=remedy.posted_money,
            posted_hours=remedy.posted_hours,
            wage=rules.wage_dealer if official else wage,
            rules=rules,
            unsaid_hours=0.0 if official else None,  # a dealer's bill includes the labour
            weights=event,
        )
        if remedy.recall == "matched":
            price = replace(price, value=0.0)
        elif official and circumstances.warranty:
            price = replace(price, value=rules.warranty_cost)
        found.append(Weighed(remedy, chance, price, chance.q))
    return found


def _first_guesses(
    remedies: Sequence[Remedy], bearing: Sequence[Sequence[Level]], rules: Judgement
) -> list[float | None]:
    """The first guess on each fix, by its price while nobody verified has seen it work; None for official ones."""
    hour = rules.wage_myself
    posted = [
        None if remedy.posted_money is None else remedy.posted_money + (remedy.posted_hours or 0.0) * hour
        for remedy in remedies
    ]
    official = official_yardstick(
        [
            remedy.posted_money
            for remedy in remedies
            if remedy.kind == "official" and remedy.recall is None and remedy.in_force and remedy.posted_money
        ],
        rules,
    )
    guesses: list[float | None] = []
    for remedy, levels, price in zip(remedies, bearing, posted, strict=True):
        success = sum(level.weights[tier][0] for level in levels for tier in VERIFIED if tier in level.weights)
        guesses.append(first_guess(price, official, success, rules) if remedy.kind == "community" else None)
    return guesses


def _without_tried(weighed: list[Weighed], tried: Collection[int], rules: Judgement) -> list[Weighed]:
    """Weigh the other fixes again after those that did not help, by the components they mend (`wiki.rules.causes`)."""
    if not tried:
        return weighed
    fixes = [
        Mends(item.remedy.key, item.q, item.remedy.component, item.chance.proven)
        for item in weighed
        if item.remedy.kind == "community"
    ]
    factors = factors_after(fixes, tried, rules)
    return [
        replace(item, q=item.q * factors[item.remedy.key], factor=factors[item.remedy.key])
        if item.remedy.key in factors
        else item
        for item in weighed
    ]


def _pointed(weighed: list[Weighed], pointers: Sequence[tuple[int, float]]) -> list[Weighed]:
    """Let the readings that were taken turn the chances."""
    ratios = dict(pointers)
    return [
        replace(item, q=turned(item.q, ratios[item.remedy.key]), ratio=ratios[item.remedy.key])
        if item.remedy.key in ratios
        else item
        for item in weighed
    ]


def _with_risk(item: Weighed, expected: float | None, rules: Judgement) -> Weighed:
    worse = sum(item.chance.people[tier].worse for tier in VERIFIED)
    if not worse or item.remedy.recall == "matched":
        return item
    verified = sum(item.chance.people[tier].tried for tier in VERIFIED)
    return replace(item, risk=risk(worse=worse, verified=verified, official_cost=expected, rules=rules))


def weigh(
    remedies: Sequence[Remedy], path: Sequence[Node], circumstances: Circumstances, rules: Judgement
) -> tuple[list[Weighed], OfficialPath | None, QuoteRefused]:
    """Every remedy with its chance and full cost for this reader, the official path, and why a quote was refused."""
    wage = circumstances.reckoned_wage(rules)
    weighed = _without_tried(_weigh(remedies, path, circumstances, wage, rules), circumstances.tried, rules)
    weighed = _pointed(weighed, circumstances.pointers)
    official, refused = choose_official_path(weighed, circumstances, rules)
    expected = official.expected if official else None
    return [_with_risk(item, expected, rules) for item in weighed], official, refused


def choose_official_path(
    weighed: Sequence[Weighed], circumstances: Circumstances, rules: Judgement
) -> tuple[OfficialPath | None, QuoteRefused]:
    """The official diagnostic in force with the lowest C, or the one a reader was quoted for.

    Recalls, superseded diagnostics and those tried in vain are never the path. A quote for one of these, or
    without any diagnostic to name, is refused with the reason; without a name it goes to the cheapest, or
    where no cost is known to the likeliest.
    """
    officials = [item for item in weighed if item.remedy.kind == "official"]
    fit = [
        item
        for item in officials
        if item.remedy.recall is None and item.remedy.in_force and item.remedy.key not in circumstances.tried
    ]
    paths = [_path(item, item.price.value, circumstances, rules) for item in fit if item.price.value is not None]
    best = min(paths, key=lambda path: (path.expected, path.key), default=None)
    if circumstances.quote is None:
        return best, ""
    refused = _quote_refused(officials, fit, circumstances)
    if refused:
        return best, refused
    if circumstances.quoted is not None:
        quoted = next(item for item in fit if item.remedy.key == circumstances.quoted)
    elif best is not None:
        quoted = next(item for item in fit if item.remedy.key == best.key)
    else:
        quoted = min(fit, key=lambda item: (-item.q, item.remedy.key))
    return _path(quoted, max(rules.least_cost, circumstances.quote), circumstances, rules, from_quote=True), ""


def _path(
    item: Weighed, cost: float, circumstances: Circumstances, rules: Judgement, *, from_quote: bool = False
) -> OfficialPath:
    expected = cost_of_official_path(cost=cost, q=item.q, rules=rules)
    under_warranty = circumstances.warranty and not from_quote
    return OfficialPath(item.remedy.key, cost, item.q, expected, from_quote, under_warranty)


def _quote_refused(officials: Sequence[Weighed], fit: Sequence[Weighed], circumstances: Circumstances) -> QuoteRefused:
    if circumstances.quoted is None:
        return "" if fit else "no_official"
    if any(item.remedy.key == circumstances.quoted for item in fit):
        return ""
    named = next((item for item in officials if item.remedy.key == circumstances.quoted), None)
    if named is None:
        return "not_linked"
    if named.remedy.recall is not None:
        return "recall"
    return "superseded" if not named.remedy.in_force else "tried"
