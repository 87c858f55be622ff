"""Every claim of outcomes and votes as the rules of trust take it, and what a night finds of them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from accounts.models import CalibrationEvent, User
from accounts.queries.calibration import Calls, members_with_rows, outcome_calls
from accounts.queries.community_rules import load
from accounts.rules.calibration import Due, accuracy
from wiki.models import Contribution, Flag, Outcome, Vote
from wiki.queries.ledger import CARRIED
from wiki.queries.remedies import path_of
from wiki.rules.evidence import NEARLY, Report, event_weight, standing_reports
from wiki.rules.judgement import TIERS, Judgement, Kind
from wiki.rules.trust import Calibration, Claim, Claims, TrustRules, calibrate, columns, reason_of, trust_of

YEAR = datetime.timedelta(days=365)
_SUCCESS = {"worked": 1.0, "up": 1.0, "partly": 0.5}


@dataclass(frozen=True, slots=True)
class Night:
    """What a night found: the claims and their causes (`outcome:4`), in one order, and what they say."""

    claims: Claims
    causes: tuple[str, ...]
    found: Calibration

    def due(self) -> dict[int, dict[str, Due]]:
        """What the ledger of each member should say, also of members whose claims are all gone."""
        due: dict[int, dict[str, Due]] = {member: {} for member in members_with_rows()}
        found = self.found
        for index, cause in enumerate(self.causes):
            kind, _, member = str(self.claims.persons[self.claims.person[index]]).partition(":")
            if kind == "member":
                theirs = due.setdefault(int(member), {})
                if found.scored[index]:
                    points = int(found.points[index])
                    words = reason_of(
                        points=points,
                        agreeing=int(found.agreeing[index]),
                        others=int(found.others[index]),
                        crowd=bool(found.crowd[index]),
                    )
                    theirs[cause] = Due(points, words)
        return due


def night_of(*, today: datetime.date) -> Night:
    """Read every claim and judge it. Three queries; nothing is written."""
    judgement = load(Judgement)
    claims, causes = [], []
    for claim, cause in _claims(judgement, today):
        claims.append(claim)
        causes.append(cause)
    table = columns(claims, judgement)
    return Night(table, tuple(causes), calibrate(table, load(TrustRules), judgement))


def accuracies(members: Collection[int], *, now: datetime.datetime) -> dict[int, tuple[float, float]]:
    """Accuracy, and accuracy of flags alone, of each member: flags decided in a year, and outcomes. Two queries."""
    flags: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    decided = Flag.objects.filter(reporter__in=members, decided_at__gt=now - YEAR).order_by()
    for member, state, count in decided.values_list("reporter", "state").annotate(count=Count("pk")):
        flags[member][state != Flag.State.UPHELD] += count
    outcomes = outcome_calls(members, now=now)
    found = {}
    for member in members:
        upheld, dismissed = flags[member]
        calls = outcomes.get(member, Calls())
        found[member] = (accuracy(upheld + calls.good, dismissed + calls.bad), accuracy(upheld, dismissed))
    return found


def members_to_look_at(*, now: datetime.datetime) -> set[int]:
    """Everybody whose accuracy may not be what it was: one query."""
    judged = Q(pk__in=CalibrationEvent.objects.values("member"))
    flagged = Q(pk__in=Flag.objects.filter(decided_at__gt=now - YEAR).values("reporter"))
    moved = ~Q(accuracy=accuracy(0, 0)) | ~Q(flag_accuracy=accuracy(0, 0))
    return set(User.objects.filter(judged | flagged | moved).values_list("pk", flat=True))


def stale_evidence() -> dict[int, list[str]]:
    """Remedies on which reports weigh by another trust than their author's is now, with those people. Two queries.

    Trust in who came with a dump stays what the dump said.
    """
    rules, judgement = load(TrustRules), load(Judgement)
    scores = {
        f"member:{pk}": score for pk, score in User.objects.exclude(calibration=0).values_list("pk", "calibration")
    }
    first = {str(tier): judgement.first_trust(tier) for tier in TIERS}
    stale: dict[int, dict[str, None]] = defaultdict(dict)
    rows = (
        Contribution.objects.exclude(person__startswith=CARRIED)
        .order_by("pk")
        .values_list("remedy", "person", "tier", "trust")
    )
    for remedy, person, tier, trust in rows.iterator(5000):
        if abs(trust - trust_of(scores.get(person, 0), first[tier], rules)) > NEARLY:
            stale[remedy][person] = None
    return {remedy: list(people) for remedy, people in stale.items()}


def _claims(judgement: Judgement, today: datetime.date) -> Iterator[tuple[Claim, str]]:
    """Each claim that stands, with its cause. An outcome of several remedies at once says too little of any of them.

    Votes that came with a dump are nobody's, and say nothing here.
    """
    said: dict[tuple[int, str], list[tuple[Report, Any]]] = defaultdict(list)
    for report, row in _outcomes(today):
        said[row["remedy"], str(report.person)].append((report, row))
    for report, row in _votes(today):
        said[row["remedy"], str(report.person)].append((report, row))
    for (remedy, person), pairs in said.items():
        standing = {id(report) for report in standing_reports(report for report, _ in pairs)}
        for report, row in pairs:
            if id(report) in standing:
                kind: Kind = "community" if row["is_fix"] else "official"
                yield (
                    Claim(
                        person=person,
                        remedy=remedy,
                        kind=kind,
                        tier=report.tier,
                        success=_SUCCESS.get(report.result, 0.0),
                        path=report.path,
                        weight=event_weight(report, judgement, software=row["software"]),
                        house=row["house"],
                    ),
                    row["cause"],
                )


def _outcomes(today: datetime.date) -> Iterator[tuple[Report, dict[str, Any]]]:
    rows = (
        Outcome.objects.weighed()
        .exclude(result=Outcome.Result.NOT_TRIED)
        .annotate(shared=Count("also_remedies"))
        .filter(shared=0)
        .exclude(carried__shared_among__gt=1)
        .order_by("pk")
        .values_list(
            "pk", "member", "mail_digest", "remedy", "remedy__fix", "remedy__fix__component__is_software",
            "remedy__diagnostic__over_the_air", "tier", "result", "came_back_on", "owned_product", "job_number",
            "organisation", "product__path", "happened_on", "carried__outcome", "carried__reporter",
            "carried__not_counted_on",
        )
    )  # fmt: skip
    for (
        pk, member, digest, remedy, fix, fix_software, over_the_air, tier, result, came_back, owned, job,
        organisation, path, day, carried, reporter,
        not_counted_on,
    ) in rows.iterator(5000):  # fmt: skip
        if remedy in (not_counted_on or ()):
            continue
        known = f"mail:{digest or pk}" if carried is None else f"{CARRIED}{reporter or pk}"
        report = Report(
            person=f"member:{member}" if member else known,
            tier=tier,
            result="came_back" if came_back else result,
            path=path_of(path),
            age_days=float((today - day).days),
            owned_product=owned or (f"job:{job}" if job else None) or carried,
            at_handover=tier == "professional",
            id=pk,
        )
        yield (
            report,
            {
                "remedy": remedy,
                "is_fix": fix is not None,
                "software": bool(fix_software or over_the_air),
                "house": f"organisation:{organisation}" if organisation else None,
                "cause": f"outcome:{pk}",
            },
        )


def _votes(today: datetime.date) -> Iterator[tuple[Report, dict[str, Any]]]:
    rows = (
        Vote.objects.filter(fix__remedy__isnull=False, is_left_out=False)
        .order_by("pk")
        .values_list(
            "pk", "voter", "value", "created_at", "fix__remedy", "fix__component__is_software",
            "fix__problem__product__path",
        )
    )  # fmt: skip
    for pk, voter, value, at, remedy, software, path in rows.iterator(5000):
        report = Report(
            person=f"member:{voter}",
            tier="vote",
            result="up" if value > 0 else "down",
            path=path_of(path),
            age_days=float((today - at.date()).days),
            id=pk,
        )
        yield (
            report,
            {
                "remedy": remedy,
                "is_fix": True,
                "software": bool(software),
                "house": None,
                "cause": f"vote:{pk}",
            },
        )
