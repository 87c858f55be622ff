"""The answer of a plan: the marked sentence, its support, and the three lines of money."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import apnumber

from wiki.queries.plan import ProblemPlan
from wiki.queries.plan_rows import PlanRow
from wiki.rules.words import about
from wiki.rules.words import money as money_words


@dataclass(frozen=True)
class Verdict:
    """The answer of the page: what to try first, in a marked sentence, and one sentence of support."""

    state: str
    sentence: str
    support: str
    warning: str


@dataclass(frozen=True)
class MoneyLines:
    """The three lines of money (`components/money_lines.html`); amounts in the reader's currency."""

    today: float | None
    likely: float | None
    worst: float | None
    official: float | None
    currency: str
    early: bool
    basis: str
    official_label: str


def verdict_of(plan: ProblemPlan) -> Verdict:
    """The marked sentence of a plan and its support."""
    warnings = [
        item.remedy.diagnostic.warning
        for item in plan.items
        if item.remedy.pk in plan.plan.pinned_warnings and item.remedy.diagnostic is not None
    ]
    warning = " ".join(dict.fromkeys(warnings))
    first = plan.first
    if first is None:
        return Verdict("none", "No remedy is known yet.", "Describe what you found, or propose a fix.", warning)
    if first.step.group == "recall":
        sentence = f"Free: {first.loaded.subject}."
        return Verdict("recall", sentence, "It covers your product and costs you nothing.", warning)
    if plan.plan.nothing_proven:
        if plan.official is first:
            support = "Nobody has proved a cheaper way yet; this is what the manufacturer says."
            return Verdict("none", f"{first.title}, officially.", support, warning)
        return Verdict("untested", "Nobody has proved a fix; cheapest first.", _untested_support(plan), warning)
    return Verdict("red" if warning else "confirmed", f"{first.title} first.", _support(plan, first), warning)


def _untested_support(plan: ProblemPlan) -> str:
    path = plan.plan.path
    said = f"The official remedy costs {money_words(path.cost, plan.reader.currency)}. " if path else ""
    return f"{said}Whatever you try, tell how it went: the next owner will know."


def _support(plan: ProblemPlan, first: PlanRow) -> str:
    currency = plan.reader.currency
    parts = []
    if first.cost is not None:
        parts.append(
            f"About {money_words(about(first.cost), currency)}; "
            f"it worked for {first.worked} of {first.total} who reported."
        )
    official = plan.official
    if official is None or official is first:
        return " ".join(parts)
    between = official.rank - first.rank - 1
    if between:
        steps = "one step remains" if between == 1 else f"{apnumber(between)} steps remain"
        parts.append(
            f"If it does not, {steps} before the {money_words(about(official.cost), currency)} official remedy."
        )
    else:
        parts.append(f"If it does not, the official remedy remains, at {money_words(about(official.cost), currency)}.")
    return " ".join(parts)


def money_lines(plan: ProblemPlan) -> MoneyLines | None:
    """The three lines of money of a plan; None where there is nothing to reckon with."""
    money = plan.plan.money
    if money.today is None and money.official is None:
        return None
    wage = money_words(plan.plan.wage, plan.reader.currency)
    own = plan.reader.circumstances.does_it_themself
    official = plan.official
    average = "on average from here, without what you have spent" if plan.reader.circumstances.tried else "on average"
    return MoneyLines(
        today=money.today,
        likely=money.likely,
        worst=money.worst,
        official=money.official if plan.has_savings or plan.plan.nothing_proven else None,
        currency=plan.reader.currency,
        early=money.early,
        basis=f"{average}, {'your own time' if own else 'labour'} counted at {wage} an hour",
        official_label=f"{official.title} first" if official is not None else "Official remedy first",
    )
