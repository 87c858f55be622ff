"""The ledger of outcomes and votes, read as the reports that the rules weigh."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q

from wiki.models import CarriedOutcome, CarriedVotes, Contribution, Outcome, Vote
from wiki.queries.trust import trust_in
from wiki.rules.evidence import Report, standing_reports
from wiki.rules.judgement import Judgement, Tier
from wiki.rules.money import Exchange
from wiki.rules.sums import price_figure

_DIGEST_LENGTH = 64
CARRIED = "dump:"
"""How the names of people begin who came with a dump."""
_VOTES = "votes-"


@dataclass(frozen=True, slots=True)
class Entry:
    """One published outcome, or one vote, on one remedy; whether it counts beside the same person's others.

    Votes that came with a dump are one entry: `report.trust` is the sum of theirs, `number` how many they are.
    """

    remedy: int
    report: Report
    source: Outcome | Vote | CarriedVotes
    counts: bool
    number: int = 1


def path_of(product_path: str) -> tuple[str, ...]:
    """The nodes of a product path, root first: `cars/ford` is (`cars`, `cars/ford`)."""
    slugs = product_path.split("/")
    return tuple("/".join(slugs[: depth + 1]) for depth in range(len(slugs)))


def carried_by(outcome: Outcome) -> CarriedOutcome | None:
    """What a dump told of who reported the outcome; None where it was reported here."""
    return getattr(outcome, "carried", None)


def person_of(outcome: Outcome) -> str:
    """Who reported, as one name for all their reports; a digest stands for a mail address.

    Who came with a dump has a chance name, or one that is the outcome's alone.
    """
    if outcome.member_id is not None:
        return f"member:{outcome.member_id}"
    carried = carried_by(outcome)
    if carried is not None:
        return f"{CARRIED}{carried.reporter or outcome.pk}"
    return f"mail:{outcome.mail_digest or outcome.pk}"


def entries_of(
    remedies: Collection[int],
    *,
    rules: Judgement,
    exchange: Exchange,
    today: datetime.date,
    person: str = "",
    leaving: Vote | None = None,
) -> list[Entry]:
    """Everything that was reported and voted on the remedies, or what one person did. Four queries.

    `leaving` is a vote that is about to go and no longer counts.
    """
    found: dict[tuple[int, str], list[tuple[Report, Outcome | Vote]]] = defaultdict(list)
    entries = []
    for remedy, outcome, shared_among in _outcomes(remedies, person):
        report = report_of(outcome, rules, exchange, today, shared_among=shared_among)
        carried = carried_by(outcome)
        if carried is not None and remedy in carried.not_counted_on:
            entries.append(Entry(remedy, report, outcome, False))
        else:
            found[remedy, str(report.person)].append((report, outcome))
    for remedy, vote in _votes(remedies, person):
        if leaving is None or vote.pk != leaving.pk:
            report = vote_report_of(vote, rules, today)
            found[remedy, str(report.person)].append((report, vote))
    for (remedy, _), pairs in found.items():
        standing = {id(report) for report in standing_reports(report for report, _ in pairs)}
        entries += [Entry(remedy, report, source, id(report) in standing) for report, source in pairs]
    return entries + _carried_votes(remedies, today, person)


def _outcomes(remedies: Collection[int], person: str) -> list[tuple[int, Outcome, int]]:
    """Each outcome with a remedy that it is about, and among how many remedies its success is shared."""
    outcomes = Outcome.objects.weighed().filter(Q(remedy__in=remedies) | Q(also_remedies__in=remedies))
    kind, _, name = person.partition(":")
    if kind == "member":
        outcomes = outcomes.filter(member_id=int(name))
    elif kind == "mail":
        outcomes = outcomes.filter(mail_digest=name) if len(name) == _DIGEST_LENGTH else outcomes.filter(pk=int(name))
    elif kind == "dump":
        mine = Q(pk=int(name), carried__reporter="") if name.isdigit() else Q(carried__reporter=name)
        outcomes = outcomes.filter(mine, carried__isnull=False)
    found = {
        outcome.pk: outcome
        for outcome in outcomes.order_by("pk")
        .select_related("product", "member", "carried")
        .annotate(shared=Count("also_remedies"))
    }
    pairs = Outcome.also_remedies.through.objects.filter(outcome__in=[pk for pk, o in found.items() if o.shared])
    about: dict[int, set[int]] = {pk: {outcome.remedy_id} for pk, outcome in found.items()}
    for outcome_id, remedy_id in pairs.values_list("outcome_id", "remedy_id"):
        about[outcome_id].add(remedy_id)
    return [
        (remedy, outcome, max(len(about[pk]), getattr(carried_by(outcome), "shared_among", 1)))
        for pk, outcome in found.items()
        for remedy in sorted(about[pk])
        if remedy in remedies
    ]


def _votes(remedies: Collection[int], person: str) -> list[tuple[int, Vote]]:
    kind, _, name = person.partition(":")
    if kind in ("mail", "dump"):
        return []
    votes = Vote.objects.filter(fix__remedy__in=remedies, is_left_out=False)
    if kind == "member":
        votes = votes.filter(voter_id=int(name))
    return [
        (vote.remedy_id, vote)
        for vote in votes.order_by("pk")
        .select_related("fix__problem__product", "voter")
        .annotate(remedy_id=F("fix__remedy"))
    ]


def _carried_votes(remedies: Collection[int], today: datetime.date, person: str) -> list[Entry]:
    """The votes that came with a dump: nobody votes twice, so all of them count."""
    votes = CarriedVotes.objects.filter(fix__remedy__in=remedies)
    if person:
        if not person.startswith(CARRIED + _VOTES):
            return []
        votes = votes.filter(pk=int(person.removeprefix(CARRIED + _VOTES)))
    return [
        Entry(vote.remedy_id, carried_votes_report_of(vote, today), vote, True, vote.number)
        for vote in votes.order_by("pk").select_related("fix__problem__product").annotate(remedy_id=F("fix__remedy"))
    ]


# ---------------------------------------------------------------- one report


def report_of(
    outcome: Outcome, rules: Judgement, exchange: Exchange, today: datetime.date, *, shared_among: int = 1
) -> Report:
    """An outcome as the rules take it. A workshop's jobs are told apart by their number, as owned products are.

    Of those that came with a dump each is about a product of its own; which of them don't count the dump says.
    """
    tier: Tier = outcome.tier  # type: ignore[assignment]
    carried = carried_by(outcome)
    hours = hours_of(outcome)
    return Report(
        person=person_of(outcome),
        tier=tier,
        result="came_back" if outcome.came_back_on else outcome.result,  # type: ignore[arg-type]
        path=path_of(outcome.product.path),
        age_days=float((today - outcome.happened_on).days),
        trust=trust_in(outcome.member, rules.first_trust(tier)) if carried is None else carried.trust,
        owned_product=owned_by(outcome),
        money=exchange.convert(price_figure(outcome.money), outcome.currency),
        hours=None if hours is None else float(hours),
        shared_among=shared_among,
        at_handover=tier == "professional",
        id=outcome.pk,
    )


def owned_by(outcome: Outcome) -> int | str | None:
    """The product that an outcome is about, as far as it tells the same person's apart."""
    if outcome.owned_product_id is not None:
        return outcome.owned_product_id
    if carried_by(outcome) is not None:
        return f"outcome:{outcome.pk}"
    return f"job:{outcome.job_number}" if outcome.job_number else None


def carried_votes_report_of(votes: CarriedVotes, today: datetime.date) -> Report:
    """Votes that came with a dump as the rules take them: an opinion at the problem's product, trusted as they are."""
    return Report(
        person=f"{CARRIED}{_VOTES}{votes.pk}",
        tier="vote",
        result="up" if votes.value > 0 else "down",
        path=path_of(votes.fix.problem.product.path),
        age_days=float((today - votes.on).days),
        trust=votes.weight,
        id=votes.pk,
    )


def vote_report_of(vote: Vote, rules: Judgement, today: datetime.date) -> Report:
    """A vote on a fix as the rules take it: an opinion at the problem's product."""
    assert vote.fix is not None  # by the filter
    return Report(
        person=f"member:{vote.voter_id}",
        tier="vote",
        result="up" if vote.value > 0 else "down",
        path=path_of(vote.fix.problem.product.path),
        age_days=float((today - vote.created_at.date()).days),
        trust=trust_in(vote.voter, rules.first_trust("vote")),
        id=vote.pk,
    )


def hours_of(outcome: Outcome) -> Decimal | None:
    """Hours of one's own work; a workshop's bill holds its labour already."""
    return price_figure(outcome.hours) if outcome.done_by == Outcome.Way.MYSELF else Decimal(0)


def contribution_of(entry: Entry) -> Contribution:
    """An entry as it is added to the sums of its remedy, not yet stored."""
    report, source = entry.report, entry.source
    contribution = Contribution(
        remedy_id=entry.remedy,
        person=str(report.person),
        counts=entry.counts,
        tier=report.tier,
        result=report.result,
        trust=report.trust,
        shared_among=report.shared_among,
        at_handover=report.at_handover,
        number=entry.number,
    )
    if isinstance(source, CarriedVotes):
        contribution.carried_votes = source
        contribution.product = source.fix.problem.product
        contribution.on = source.on
        return contribution
    if isinstance(source, Vote):
        assert source.fix is not None  # by the filter
        contribution.vote = source
        contribution.product = source.fix.problem.product
        contribution.on = source.created_at.date()
        return contribution
    contribution.outcome = source
    contribution.product = source.product
    contribution.on = source.happened_on
    contribution.money = price_figure(source.money)
    contribution.currency = source.currency
    contribution.hours = hours_of(source)
    contribution.has_evidence = source.has_evidence
    contribution.harm = source.harm and source.remedy_id == entry.remedy
    if report.result in ("worked", "partly"):
        contribution.helped = 1
        contribution.telling = 2 * (report.tier == "professional") + bool(source.note)
    elif report.result != "not_tried":
        contribution.helped = 0
        contribution.telling = 2 * (report.tier != "unverified") + bool(source.note)
    return contribution
