"""What a member and an organisation did here, read for their public pages."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from accounts.models import Organisation, OrganisationClaim, ReputationEvent, User
from accounts.queries.organisations import OrganisationPage, verified_organisation
from accounts.queries.reputation import ledger_of
from accounts.queries.standing import Badge, badges_of
from wiki.models import Fix, Flag, Outcome, Problem
from wiki.queries.organisation_deeds import Asked, Deeds, deeds_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LATEST = 10


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A member in public: what they wrote, what they reported, and the ledger behind their reputation."""

    member: User
    badges: tuple[Badge, ...]
    problems: tuple[Problem, ...]
    fixes: tuple[Fix, ...]
    outcome_count: int
    ledger: QuerySet[ReputationEvent]


@dataclass(frozen=True, slots=True)
class OrganisationInPublic:
    """A verified organisation and all that it did here.

    `proof`: how it showed its domain, empty where only a moderator looked. `reports` by reason: made and upheld.
    """

    page: OrganisationPage
    proof: str
    deeds: Deeds
    by_result: tuple[tuple[str, int], ...]
    reports: tuple[tuple[str, int, int], ...]


def member_page(name: str, reader: User | AnonymousUser) -> MemberPage | None:
    """The page of the member called so in any case, or None: six queries, and the reader's rights, for any activity.

    The ledger is asked when the page prints it.
    """
    member = User.objects.filter(username__iexact=name).first()
    if member is None:
        return None
    problems = Problem.objects.visible_to(reader).filter(author=member).select_related("product")
    fixes = Fix.objects.visible_to(reader).filter(author=member).select_related("problem__product")
    return MemberPage(
        member=member,
        badges=badges_of(member),
        problems=tuple(problems[:LATEST]),
        fixes=tuple(fixes.order_by("-created_at", "-pk")[:LATEST]),
        outcome_count=Outcome.objects.counted().filter(member=member).count(),
        ledger=ledger_of(member),
    )


def organisation_page(
    slug: str, asked: Asked, *, number: str | None, today: datetime.date
) -> OrganisationInPublic | None:
    """The page of a verified organisation, or None: nine queries and those of its deeds, whatever it did."""
    page = verified_organisation(slug)
    if page is None:
        return None
    reported = Outcome.objects.counted().filter(affiliation=page.organisation)
    counts = dict(reported.order_by().values_list("result").annotate(count=Count("pk")))
    labels = dict(Outcome.Result.choices)
    made = page.organisation.flags.order_by().values_list("reason")
    upheld = Count("pk", filter=Q(state=Flag.State.UPHELD))
    reports = {reason: (of, right) for reason, of, right in made.annotate(of=Count("pk"), right=upheld)}
    return OrganisationInPublic(
        page=page,
        proof=_proof_of(page.organisation),
        deeds=deeds_of(page.organisation, asked, number=number, today=today),
        by_result=tuple((str(labels[result]), counts[result]) for result in labels if result in counts),
        reports=tuple((str(label), *reports[reason]) for reason, label in Flag.Reason.choices if reason in reports),
    )


def _proof_of(organisation: Organisation) -> str:
    """How the domain of its accepted claim was shown, in words."""
    accepted = organisation.claims.filter(
        purpose=OrganisationClaim.Purpose.CLAIM, state=OrganisationClaim.State.ACCEPTED, domain=organisation.domain
    )
    claim = accepted.exclude(proof="").order_by("-decided_at").first() if organisation.domain else None
    return claim.get_proof_display() if claim is not None else ""
