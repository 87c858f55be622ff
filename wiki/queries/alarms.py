"""What is out of the ordinary tonight, and the alarms that moderators see."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.queries.community_rules import load
from accounts.queries.standing import stake_of, standing_of
from products.models import Product
from wiki.models import Alarm, Outcome, Vote
from wiki.permissions import is_moderator
from wiki.rules import alarms
from wiki.rules.alarms import AlarmRules
from wiki.rules.judgement import VERIFIED
from wiki.rules.money import ExchangeRates
from wiki.rules.trust import TrustRules

_AUTHOR = Coalesce("problem__author", "fix__author", "comment__author")
_SUCCESSES = ("worked", "partly")

WHAT_TO_DO = {
    Alarm.Kind.TIERS: "Read the unverified reports and the votes: flag those that are not genuine. The plan holds the "
    "crowd down already, and the calibration ledger charges whoever repeats it.",
    Alarm.Kind.PRICES: "Compare the prices with the fix's parts. Flag reports with invented prices; once a verified "
    "price is there, all unverified ones together weigh as one.",
    Alarm.Kind.BURST: "The votes are gone and both ledgers say so. Look at other votes of the member, and flag posts "
    "that are only there to be voted for.",
    Alarm.Kind.PAIR: "It may be honest where one person wrote most fixes of a product. Look whether both are "
    "one person; if so, flag and explain.",
    Alarm.Kind.WORKSHOP: "What is beyond the share weighs nothing. Ask the workshop for the job records if the number "
    "is unlikely for its size; withdraw its verification if they are missing.",
}


@dataclass(frozen=True, slots=True)
class Burst:
    """Votes of one member for one author that go one way."""

    voter: int
    author: int
    votes: tuple[int, ...]
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Sign:
    """Something out of the ordinary, as it becomes an alarm."""

    kind: str
    key: str
    strength: float
    figures: dict[str, float]
    about: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm as its page shows it."""

    alarm: Alarm
    title: str
    address: str
    evidence: str
    what_to_do: str
    age: datetime.timedelta

    @property
    def hours(self) -> int:
        """The age in whole hours."""
        return int(self.age.total_seconds() // 3600)


def bursts(*, now: datetime.datetime) -> list[Burst]:
    """The one-way bursts of the last days: one query."""
    rules = load(AlarmRules)
    by_pair: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    by_voter: Counter[int] = Counter()
    since = now - datetime.timedelta(days=rules.burst_days)
    rows = Vote.objects.filter(created_at__gt=since, created_at__lte=now).annotate(author=_AUTHOR).order_by("pk")
    for pk, voter, author, value in rows.values_list("pk", "voter", "author", "value"):
        by_voter[voter] += 1
        if author is not None:
            by_pair[voter, author].append((pk, value))
    found = []
    for (voter, author), votes in by_pair.items():
        up = sum(value > 0 for _, value in votes)
        down = len(votes) - up
        if alarms.is_burst(up=up, down=down, all_votes=by_voter[voter], rules=rules):
            found.append(Burst(voter, author, tuple(pk for pk, _ in votes), up, down))
    return found


def signs(*, now: datetime.datetime) -> list[Sign]:
    """Everything out of the ordinary tonight but bursts, which make their alarm as they go back. Six queries."""
    rules = load(AlarmRules)
    return [*_tiers(rules), *_prices(rules), *_pairs(rules, now), *_workshops(now)]


def open_alarms(*, moderator: User, now: datetime.datetime) -> list[OpenAlarm]:
    """The open alarms that the moderator may act on, the oldest first: one query, and one for their roles.

    Alarms about a remedy are for moderators of its product, those about people for moderators of everything.
    """
    rows = Alarm.objects.filter(closed_at__isnull=True).select_related(
        "remedy__fix__problem__product", "remedy__diagnostic", "member", "author", "organisation"
    )
    return [_shown(alarm, now) for alarm in rows if may_close(moderator, alarm)]


def may_close(person: User, alarm: Alarm) -> bool:
    """Whether the person moderates what the alarm is about; nobody decides about themselves."""
    if person.pk in (alarm.member_id, alarm.author_id):
        return False
    product = _product_of(alarm)
    if product is not None:
        return is_moderator(person, product) and stake_of(person, product) is None
    return person.is_superuser or bool(standing_of(person).held_on(None))


def _product_of(alarm: Alarm) -> Product | None:
    return alarm.remedy.fix.problem.product if alarm.remedy is not None and alarm.remedy.fix is not None else None


def _tiers(rules: AlarmRules) -> Iterator[Sign]:
    counts: dict[int, Counter[tuple[str, bool]]] = defaultdict(Counter)
    outcomes = Outcome.objects.weighed().exclude(result=Outcome.Result.NOT_TRIED).order_by()
    for remedy, tier, result, came_back, count in outcomes.values_list(
        "remedy", "tier", "result", "came_back_on"
    ).annotate(count=Count("pk")):
        side = "verified" if tier in VERIFIED else "crowd"
        counts[remedy][side, result in _SUCCESSES and came_back is None] += count
    votes = (
        Vote.objects.filter(fix__remedy__in=counts, is_left_out=False).order_by().values_list("fix__remedy", "value")
    )
    for remedy, value, count in votes.annotate(count=Count("pk")):
        counts[remedy]["votes", value > 0] += count
    trust = load(TrustRules)
    for remedy, of in counts.items():
        verified, crowd, opinions = ((of[side, True], of[side, False]) for side in ("verified", "crowd", "votes"))
        if sum(verified) < rules.tier_verified:
            continue
        found = []
        if sum(crowd) >= rules.tier_crowd:
            found.append(alarms.disagreement(verified, crowd))
        if sum(opinions) >= rules.tier_crowd:
            found.append(alarms.disagreement_of_votes(verified, opinions, base=trust.vote_base, slope=trust.vote_slope))
        most = max(found, key=abs, default=0.0)
        if abs(most) > rules.tier_sigmas:
            yield Sign(
                Alarm.Kind.TIERS,
                f"tiers:{remedy}",
                abs(most),
                {
                    "verified_worked": verified[0], "verified": sum(verified), "crowd_worked": crowd[0],
                    "crowd": sum(crowd), "up": opinions[0], "votes": sum(opinions), "sigmas": round(most, 1),
                },
                {"remedy_id": remedy},
            )  # fmt: skip


def _prices(rules: AlarmRules) -> Iterator[Sign]:
    exchange = load(ExchangeRates).exchange("USD")
    prices: dict[int, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    rows = Outcome.objects.weighed().filter(money__isnull=False).order_by("pk")
    for remedy, tier, money, currency in rows.values_list("remedy", "tier", "money", "currency").iterator():
        amount = exchange.convert(money, currency)
        if amount is not None:
            prices[remedy][tier not in VERIFIED].append(amount)
    for remedy, (verified, crowd) in prices.items():
        if min(len(verified), len(crowd)) < rules.price_reports:
            continue
        ratio = alarms.price_ratio(verified, crowd)
        if alarms.is_price_alarm(ratio, rules):
            yield Sign(
                Alarm.Kind.PRICES,
                f"prices:{remedy}",
                max(ratio, 1 / max(ratio, 0.01)),
                {"ratio": round(ratio, 2), "verified": len(verified), "crowd": len(crowd)},
                {"remedy_id": remedy},
            )


def _pairs(rules: AlarmRules, now: datetime.datetime) -> Iterator[Sign]:
    since = now - datetime.timedelta(days=rules.pair_days)
    by_pair: Counter[tuple[int, int | None]] = Counter()
    by_voter: Counter[int] = Counter()
    rows = Vote.objects.filter(created_at__gt=since).annotate(author=_AUTHOR).order_by()
    for voter, author, count in rows.values_list("voter", "author").annotate(count=Count("pk")):
        by_voter[voter] += count
        by_pair[voter, author] += count
    praise = Outcome.objects.counted().filter(created_at__gt=since, result__in=_SUCCESSES, member__isnull=False)
    for member, author, count in (
        praise.order_by().values_list("member", "remedy__fix__author").annotate(count=Count("pk"))
    ):
        by_voter[member] += count
        by_pair[member, author] += count
    for (voter, author), count in by_pair.items():
        if author is not None and alarms.is_pair(votes=count, all_votes=by_voter[voter], rules=rules):
            yield Sign(
                Alarm.Kind.PAIR,
                f"pair:{voter}:{author}",
                float(count),
                {"votes": count, "all_votes": by_voter[voter], "days": rules.pair_days},
                {"member_id": voter, "author_id": author},
            )


def _workshops(now: datetime.datetime) -> Iterator[Sign]:
    since = now - datetime.timedelta(days=31)
    rows = Outcome.objects.counted().filter(is_beyond_share=True, created_at__gt=since, organisation__isnull=False)
    for organisation, remedy, count in (
        rows.order_by().values_list("organisation", "remedy").annotate(count=Count("pk"))
    ):
        yield Sign(
            Alarm.Kind.WORKSHOP,
            f"workshop:{organisation}:{remedy}",
            float(count),
            {"beyond": count},
            {"organisation_id": organisation, "remedy_id": remedy},
        )


def _shown(alarm: Alarm, now: datetime.datetime) -> OpenAlarm:
    title, address = "", ""
    if alarm.remedy is not None:
        title, address = str(alarm.remedy), alarm.remedy.get_absolute_url()
    elif alarm.member is not None:
        title = f"{alarm.member} for {alarm.author}" if alarm.author else str(alarm.member)
        address = alarm.member.get_absolute_url()
    return OpenAlarm(
        alarm=alarm,
        title=f"{alarm.organisation}: {title}" if alarm.organisation is not None else title,
        address=address,
        evidence=_evidence(alarm),
        what_to_do=WHAT_TO_DO[Alarm.Kind(alarm.kind)],
        age=now - alarm.first_seen_at,
    )


def _evidence(alarm: Alarm) -> str:
    figures = defaultdict(int, alarm.figures)
    match alarm.kind:
        case Alarm.Kind.TIERS:
            said = [f"It worked for {figures['verified_worked']} of {figures['verified']} verified"]
            if figures["crowd"]:
                said.append(f"{figures['crowd_worked']} of {figures['crowd']} unverified people")
            if figures["votes"]:
                said.append(f"{figures['up']} of {figures['votes']} votes are up")
            return f"{', '.join(said)}: {abs(figures['sigmas'])} sigmas apart."
        case Alarm.Kind.PRICES:
            return (
                f"{figures['crowd']} unverified prices are {figures['ratio']} times "
                f"the {figures['verified']} verified ones."
            )
        case Alarm.Kind.BURST:
            return f"{figures['up']} votes up and {figures['down']} down within {figures['days']} days, now taken back."
        case Alarm.Kind.PAIR:
            return (
                f"{figures['votes']} of the member's {figures['all_votes']} votes and reports of success "
                f"in {figures['days']} days."
            )
        case _:
            return f"{figures['beyond']} outcomes in 31 days beyond those that count."
