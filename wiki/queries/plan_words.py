"""The sentences and drawings of a plan: who reported, why a chance stands where it does, a hundred owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Organisation
from products.models import Product
from wiki.models import Outcome
from wiki.queries.outcomes import Reply, replies_to
from wiki.queries.remedies import LoadedRemedy
from wiki.rules.chance import Chance, Rung, quantiles
from wiki.rules.evidence import Tally
from wiki.rules.judgement import Judgement, Tier
from wiki.rules.plan import Plan, Step
from wiki.rules.words import in_ten, tenths
from wiki.rules.words import money as money_words


@dataclass(frozen=True)
class PeopleGroup:
    """People who reported, from one place of the product tree (`components/report_dots.html`)."""

    label: str
    professional_worked: int = 0
    professional_partly: int = 0
    professional_failed: int = 0
    owner_worked: int = 0
    owner_partly: int = 0
    owner_failed: int = 0

    @property
    def worked(self) -> int:
        """For how many it worked."""
        return self.professional_worked + self.owner_worked

    @property
    def total(self) -> int:
        """How many tried it."""
        partly = self.professional_partly + self.owner_partly
        return self.worked + partly + self.professional_failed + self.owner_failed


def together(groups: Iterable[PeopleGroup]) -> PeopleGroup:
    """Everybody who reported, in one group without a label."""
    listed = list(groups)
    return PeopleGroup("", **{name: sum(getattr(group, name) for group in listed) for name in COUNTS})


COUNTS = tuple(f"{who}_{how}" for who in ("professional", "owner") for how in ("worked", "partly", "failed"))


@dataclass(frozen=True)
class WhyLevel:
    """One level of the evidence, from far to near."""

    label: str
    sub: str
    group: PeopleGroup | None
    words: str
    q: float
    low: float
    high: float
    untested: bool
    after: str = ""


@dataclass(frozen=True)
class WhyReport:
    """One outcome in words (`components/report.html`)."""

    result: str
    professional: bool
    by: str
    words: str
    cost_words: str
    labels: tuple[str, ...]
    key: int = 0
    replies: tuple[Reply, ...] = ()
    badge: Organisation | None = None


@dataclass(frozen=True)
class Why:
    """Why a chance stands where it does (`components/why.html`)."""

    question: str
    levels: tuple[WhyLevel, ...]
    conclusion: str
    reports: tuple[WhyReport, ...]
    reports_title: str
    all_url: str
    all_count: int


@dataclass(frozen=True)
class OwnersGroup:
    """A part of a hundred owners: how many, their shape and filling, what happened, what they have paid."""

    count: int
    shape: str
    filling: str
    text: str
    amount: str


@dataclass(frozen=True)
class Hundred:
    """A hundred owners in one order of remedies (`components/hundred_owners.html`)."""

    title: str
    groups: tuple[OwnersGroup, ...]


# ---------------------------------------------------------------- people


def _group(label: str, people: Iterable[Mapping[Tier, Tally]]) -> PeopleGroup:
    counts = dict.fromkeys(("worked", "partly", "failed"), 0)
    by = {"professional": dict(counts), "owner": dict(counts)}
    for tallies in people:
        for tier, tally in tallies.items():
            if tier == "vote":
                continue
            into = by["professional" if tier == "professional" else "owner"]
            into["worked"] += tally.worked
            into["partly"] += tally.partly
            into["failed"] += tally.failed + tally.worse + tally.came_back
    return PeopleGroup(
        label, **{f"{who}_{result}": count for who, results in by.items() for result, count in results.items()}
    )


def _who(group: PeopleGroup) -> str:
    professionals = group.professional_worked + group.professional_partly + group.professional_failed
    owners = group.total - professionals
    parts = []
    if owners:
        parts.append("owner" if owners == 1 else "owners")
    if professionals:
        parts.append("a workshop" if professionals == 1 else "workshops")
    return " and ".join(parts)


def people_groups(chance: Chance, product: Product, names: Mapping[str, str]) -> tuple[PeopleGroup, ...]:
    """The people behind a chance: those on the reader's own product and those elsewhere on its line."""
    near = _group("", [chance.rungs[-1].people])
    far = _group("", [rung.people for rung in chance.rungs[:-1]])
    groups = []
    if near.total:
        groups.append(_relabelled(near, f"{_who(near)}, {names.get(product.path, product.name)}"))
    if far.total:
        place = next((rung.node for rung in reversed(chance.rungs[:-1]) if _group("", [rung.people]).total), "")
        groups.append(_relabelled(far, f"{_who(far)}, others of {names.get(str(place), 'its line')}"))
    return tuple(groups)


def _relabelled(group: PeopleGroup, label: str) -> PeopleGroup:
    return PeopleGroup(
        label,
        group.professional_worked,
        group.professional_partly,
        group.professional_failed,
        group.owner_worked,
        group.owner_partly,
        group.owner_failed,
    )


def once_in(chance: float) -> str:
    """A first guess in words: `1 time in 4`."""
    return f"1 time in {max(1, round(1 / chance))}" if chance > 0 else "never"


# ---------------------------------------------------------------- why


def why(step: Step, item: LoadedRemedy, product: Product, names: Mapping[str, str], rules: Judgement) -> Why:
    """The evidence of one remedy level by level, and the report that failed before the one that worked."""
    words = step.words
    question = "Why untested?" if words.untested else f"Why {in_ten(step.q)}?" if words.has_figure else "Why so early?"
    conclusion = ""
    if words.has_figure:
        conclusion = (
            f"So here: {in_ten(step.q)}. The nearer a report is to this product, the more it counts. "
            "Eight times in ten the true chance lies inside the bar."
        )
    elif not words.untested:
        conclusion = "Too few reports for a figure: five are needed. The bar shows how little is known."
    return Why(
        question=question,
        levels=_levels(step, product, names, rules),
        conclusion=conclusion,
        reports=tuple(report_words(outcome) for outcome in item.told),
        reports_title=_title(item.told),
        all_url=_all_outcomes(item),
        all_count=item.evidence.reports,
    )


def _all_outcomes(item: LoadedRemedy) -> str:
    fix = item.remedy.fix
    return reverse("wiki:fix-outcomes", args=[fix.pk, fix.slug]) if fix is not None else item.remedy.get_absolute_url()


def _levels(step: Step, product: Product, names: Mapping[str, str], rules: Judgement) -> tuple[WhyLevel, ...]:
    rungs = step.chance.rungs
    first = rungs[0].from_above
    heard = [rung for rung in rungs if rung.added[0] + rung.added[1] > 0]
    a, b = [first[0], *(rung.a for rung in heard)], [first[1], *(rung.b for rung in heard)]
    low, high = quantiles(a, b, rules.interval_low), quantiles(a, b, rules.interval_high)
    start = a[0] / (a[0] + b[0])
    kind = "an official remedy works" if step.kind == "official" else "an unproven fix works"
    levels = [
        WhyLevel(
            label="Nothing yet",
            sub=f"{kind} about {once_in(start)}",
            group=None,
            words="no reports",
            q=start,
            low=low[0],
            high=high[0],
            untested=True,
            after=once_in(start).replace(" time", ""),
        )
    ]
    for place, rung in enumerate(heard, 1):
        last = rung is rungs[-1]
        name = names.get(str(rung.node), product.name if last else str(rung.node).rsplit("/", 1)[-1])
        group = _group("", [rung.people])
        levels.append(
            WhyLevel(
                label=f"Exactly {name}" if last else f"Others of {name}",
                sub=_votes(rung),
                group=group if group.total else None,
                words="votes only",
                q=a[place] / (a[place] + b[place]),
                low=low[place],
                high=high[place],
                untested=False,
            )
        )
    return tuple(levels)


def _votes(rung: Rung) -> str:
    votes = rung.people.get("vote")
    if votes is None or not votes.up + votes.down:
        return ""
    count = rung.added[0] + rung.added[1] - rung.reports
    return f"with {votes.up} votes up, {votes.down} down: opinion, counted as {count:.1f} of a report"


def _title(told: list[Outcome]) -> str:
    failure = any(o.came_back_on or o.result in (Outcome.Result.FAILED, Outcome.Result.WORSE) for o in told)
    return "Read the failure first" if failure else "What they report"


def report_words(outcome: Outcome) -> WhyReport:
    """One outcome in words: who, on what, when, and what they wrote."""
    professional = outcome.tier == Outcome.Tier.PROFESSIONAL
    badge = outcome.affiliation if outcome.affiliation is not None and outcome.affiliation.verified_at else None
    parts = [outcome.product.name]
    if badge is None or not professional:
        parts.insert(0, str(outcome.member or "without account"))
    if outcome.usage is not None:
        parts.append(f"{outcome.usage:,} {outcome.get_usage_unit_display()}")
    parts.append(f"{outcome.happened_on:%b %Y}")
    labels = [] if outcome.tier != Outcome.Tier.UNVERIFIED else ["not verified"]
    if outcome.has_evidence:
        labels.append("evidence seen")
    words = outcome.note or outcome.proof or (f"Cause found: {outcome.cause_found}" if outcome.cause_found else "")
    paid = f"Paid {money_words(outcome.money, outcome.currency)}." if outcome.money is not None else ""
    return WhyReport(
        result="came_back" if outcome.came_back_on else outcome.result,
        professional=professional,
        by=", ".join(parts),
        words=words,
        cost_words=paid,
        labels=tuple(labels),
        key=outcome.pk,
        replies=replies_to(outcome),
        badge=badge,
    )


# ---------------------------------------------------------------- a hundred owners


def hundred_owners(plan: Plan, titles: Mapping[int, str], currency: str) -> tuple[Hundred, ...]:
    """A hundred owners who follow the plan's proven steps, beside a hundred who begin with the official path."""
    path = plan.path
    if not plan.hundred or path is None:
        return ()
    costs = {step.key: step.cost or 0.0 for step in plan.steps}
    groups = []
    paid = 0.0
    fillings = iter(["full", "light"])
    for share in plan.hundred:
        if share.key is not None and share.key != path.key:
            paid += costs[share.key]
            text = f"done after: {titles[share.key]}"
            groups.append(
                OwnersGroup(
                    share.owners, "circle", next(fillings, "hollow"), text, f"after {money_words(paid, currency)}"
                )
            )
    rest = 100 - sum(group.count for group in groups)
    to_pay = f"{money_words(paid + path.cost, currency)} or more"
    groups.append(OwnersGroup(rest, "square", "full", f"go on to: {titles[path.key]}", to_pay))
    done = tenths(path.q * 10)
    official = (
        OwnersGroup(
            done, "square", "full", f"done after: {titles[path.key]}", f"after {money_words(path.cost, currency)}"
        ),
        OwnersGroup(
            100 - done,
            "square",
            "hollow",
            "have paid and still have the fault",
            f"{money_words(path.cost, currency)}, more to come",
        ),
    )
    return Hundred("In this order", tuple(groups)), Hundred("Official remedy first", official)
