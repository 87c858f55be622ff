"""Guided diagnosis: what a reading says of each remedy, and whether a test pays for itself.

A test has readings, a reading points for or against remedies. Where exactly one of the remedies is the cure, or none,
with odds o_i = q_i/(1 − q_i) against "none", Bayes' rule multiplies o_i by P(reading | i)/P(reading | none), which is
what `ratios` returns. P(reading | i) begins with the author's words (worth a few reports) and is sharpened by the
readings that people reported with outcomes that worked (Dirichlet-multinomial).

A test pays if and only if it costs less than the expected cost it saves, one step ahead: the readings weighted by
their chances, each with the difference between going on in today's order and in the order worked out anew. Where no
reading changes the order, a test is worth nothing, however sure it is (Heckerman, Breese & Rommelse 1995). One that
pays is shown first unless it saves more after the first step: measuring a battery can wait until its turn comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from wiki.rules.judgement import Judgement
from wiki.rules.money import expected_cost
from wiki.rules.order import ABOVE, grouped, place_recalls
from wiki.rules.pointers import turned
from wiki.rules.weighing import Circumstances, Weighed, choose_official_path

Counts = Mapping[int | None, float]


def _number(default: float, unit: str, text: str, least: float) -> float:
    """A rule that is a real number."""
    value: float = field(default=default, metadata={"unit": unit, "help": text, "least": least})
    return value


@dataclass(frozen=True, slots=True)
class DiagnosisRules:
    """How much words and readings count, as the community has set it."""

    strong_ratio: float = _number(10.0, "times", "How much likelier a reading is that points strongly.", 1)
    weak_ratio: float = _number(3.0, "times", "How much likelier a reading is that points weakly.", 1)
    word_reports: float = _number(4.0, "reports", "How many reported readings the words of a test are worth.", 0.1)
    unchecked_ratio: float = _number(3.0, "times", "Most that a reading of a test turns that nobody checked.", 1)
    most_ratio: float = _number(50.0, "times", "Most that all readings together turn.", 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """A result of a test. `says`: by remedy −2 strongly against … 2 strongly for, 0 or absent nothing.

    `seen`: people with this reading whom the remedy cured, in reports, by remedy; None: those whom none of them did.
    """

    key: int
    says: Mapping[int, int] = field(default_factory=dict)
    seen: Counts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DiagnosticTest:
    """A test of a problem. Money in the reader's currency, hours of work; `checked` by somebody trusted."""

    key: int
    readings: tuple[Reading, ...]
    money: float = 0.0
    hours: float = 0.0
    checked: bool = True

    def cost(self, wage: float, rules: Judgement) -> float:
        """What it costs to do, an hour at the reader's wage; never free."""
        return max(rules.least_cost, self.money + self.hours * wage)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a test is worth to a reader: its cost, and the expected cost it saves, None where C is unknown.

    `later`: what doing it after the first step saves beyond its cost, weighted by the chance that one gets there.
    """

    key: int
    cost: float
    saves: float | None
    later: float = 0.0

    @property
    def pays(self) -> bool:
        """Whether it costs less than it saves."""
        return self.saves is not None and self.cost < self.saves

    @property
    def is_due(self) -> bool:
        """Whether it pays and does not pay more after the first step."""
        return self.saves is not None and self.pays and self.saves - self.cost >= self.later


def likelihoods(test: DiagnosticTest, remedy: int | None, rules: DiagnosisRules) -> tuple[float, ...]:
    """P(reading) for each reading of a test where the remedy is the cure; None: where none of them is."""
    words = [_word(reading.says.get(remedy, 0) if remedy is not None else 0, rules) for reading in test.readings]
    total = sum(words)
    seen = [reading.seen.get(remedy, 0.0) for reading in test.readings]
    weight = rules.word_reports + sum(seen)
    return tuple((rules.word_reports * word / total + count) / weight for word, count in zip(words, seen, strict=True))


def ratios(tests: Sequence[DiagnosticTest], readings: Sequence[int], rules: DiagnosisRules) -> dict[int, float]:
    """By how much the readings taken multiply each remedy's odds; tests are independent given the cure.

    Of two readings of one test the last one counts. Remedies that nothing is said of keep their odds.
    """
    turned_by: dict[int, float] = {}
    for test in tests:
        taken = [place for place, reading in enumerate(test.readings) if reading.key in readings]
        if not taken:
            continue
        last = max(taken, key=lambda place: readings.index(test.readings[place].key))
        for remedy in _named(test):
            turned_by[remedy] = turned_by.get(remedy, 1.0) * _ratio(test, last, remedy, rules)
    return {remedy: _held(ratio, rules.most_ratio) for remedy, ratio in turned_by.items()}


def worth(
    test: DiagnosticTest,
    weighed: Sequence[Weighed],
    circumstances: Circumstances,
    rules: Judgement,
    own: DiagnosisRules,
) -> Worth:
    """What a test saves this reader, one step ahead. `weighed` holds the chances after all readings taken so far.

    Only proven remedies are reckoned with, as in the money of the plan; a recall that leads it makes every test vain.
    """
    cost = test.cost(circumstances.reckoned_wage(rules), rules)
    now = _walk(weighed, {}, circumstances, rules)
    if now is None:
        return Worth(test.key, cost, None)
    saves = _saves(test, now, weighed, circumstances, rules, own)
    later = 0.0
    if now.order:
        first = now.order[0]
        tried = replace(circumstances, tried=circumstances.tried | {first})
        then = _walk(weighed, {}, tried, rules)
        if then is not None:
            later = (1 - now.chances[first]) * max(0.0, _saves(test, then, weighed, tried, rules, own) - cost)
    return Worth(test.key, cost, saves, later)


def _saves(
    test: DiagnosticTest,
    now: _Walk,
    weighed: Sequence[Weighed],
    circumstances: Circumstances,
    rules: Judgement,
    own: DiagnosisRules,
) -> float:
    """The expected cost that a test saves against going on without it."""
    chances = {
        item.remedy.key: item.q
        for item in weighed
        if item.remedy.key not in circumstances.tried and 0 < item.q < 1 and _is_reckoned_with(item)
    }
    odds = {key: q / (1 - q) for key, q in chances.items()}
    none = 1 / (1 + sum(odds.values()))
    other = likelihoods(test, None, own)
    of_remedy = {key: likelihoods(test, key, own) for key in _named(test) if key in odds}
    saves = 0.0
    for place in range(len(test.readings)):
        chance = none * (other[place] + sum(odds[key] * of_remedy.get(key, other)[place] for key in odds))
        after = {key: _held(_ratio(test, place, key, own), own.most_ratio) for key in of_remedy}
        then = _walk(weighed, after, circumstances, rules)
        if then is None:
            continue
        kept = [(then.chances[key], then.costs[key]) for key in now.order]
        best = [(then.chances[key], then.costs[key]) for key in then.order]
        saved = expected_cost(kept, then.official) - expected_cost(best, then.official)
        saves += chance * max(0.0, saved)
    return saves


def first_test(worths: Sequence[Worth], tests: Sequence[DiagnosticTest]) -> Worth | None:
    """The test that is shown before the plan: the one that saves most beyond its cost, of those that are due and that
    somebody trusted has checked."""
    checked = {test.key for test in tests if test.checked}
    due = [each for each in worths if each.is_due and each.key in checked]
    return max(due, key=lambda each: ((each.saves or 0.0) - each.cost, -each.key), default=None)


def _is_reckoned_with(item: Weighed) -> bool:
    """Fixes that somebody verified has proved, and official remedies: an invented fix makes no reading likelier."""
    return item.chance.proven or (item.remedy.kind == "official" and item.remedy.in_force)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The proven steps above the official path in order, chances and costs of all remedies, and C."""

    order: tuple[int, ...]
    chances: Mapping[int, float]
    costs: Mapping[int, float]
    official: float


def _walk(
    weighed: Sequence[Weighed], after: Mapping[int, float], circumstances: Circumstances, rules: Judgement
) -> _Walk | None:
    items = [replace(item, q=turned(item.q, after.get(item.remedy.key, 1.0))) for item in weighed]
    official, _ = choose_official_path(items, circumstances, rules)
    leading, _, others = place_recalls(items, circumstances)
    if official is None or leading:
        return None
    placed = grouped(others, official, circumstances, circumstances.reckoned_wage(rules), rules)
    order = tuple(place.item.remedy.key for place in placed if place.group in ABOVE and place.item.chance.proven)
    chances = {item.remedy.key: item.q for item in items}
    costs = {item.remedy.key: item.cost or 0.0 for item in items}
    return _Walk(order, chances, costs, official.expected)


def _named(test: DiagnosticTest) -> set[int]:
    """The remedies that anything is known of: by words, or by reported readings."""
    named = {key for reading in test.readings for key in reading.says}
    return named | {key for reading in test.readings for key in reading.seen if key is not None}


def _ratio(test: DiagnosticTest, place: int, remedy: int, rules: DiagnosisRules) -> float:
    ratio = likelihoods(test, remedy, rules)[place] / likelihoods(test, None, rules)[place]
    return ratio if test.checked else _held(ratio, rules.unchecked_ratio)


def _held(ratio: float, most: float) -> float:
    return min(most, max(1 / most, ratio))


def _word(strength: int, rules: DiagnosisRules) -> float:
    ratio = {0: 1.0, 1: rules.weak_ratio, 2: rules.strong_ratio}[min(2, abs(strength))]
    return ratio if strength >= 0 else 1 / ratio
