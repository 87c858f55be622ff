"""Claims of organisations, read: a member's own, one behind a mailed link, and the moderators' queue with ages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from accounts.encryption import decrypt
from accounts.errors import LinkEnded
from accounts.models import Membership, Organisation, OrganisationClaim, User
from accounts.queries.community_rules import load
from accounts.queries.organisations import managers_of
from accounts.queries.standing import Badge, badges_of_many, stake_of, standing_of
from accounts.rules.organisations import OrganisationRules, record_text
from products.models import Product

_SALT = "accounts.claim-proof"
State = OrganisationClaim.State


def claims_of(member: User) -> QuerySet[OrganisationClaim]:
    """A member's own claims and wishes, those that wait first, then the newest: one query."""
    rows = OrganisationClaim.objects.filter(claimant=member).select_related("organisation")
    return rows.annotate(is_over=Q(decided_at__isnull=False)).order_by("is_over", "-claimed_at", "-pk")


def claim_of(member: User, pk: int) -> OrganisationClaim | None:
    """One of the member's claims, or None where it is not theirs."""
    rows = OrganisationClaim.objects.select_related("organisation", "decided_by").prefetch_related("products")
    return rows.filter(claimant=member, pk=pk).first()


def claims_told_to(member: User) -> QuerySet[OrganisationClaim]:
    """Claims that the member may hear of: their own, and wishes to join what they manage."""
    still = Q(until__isnull=True) | Q(until__gt=Now())
    managed = Membership.objects.filter(still, member=member, is_manager=True, organisation__verified_at__isnull=False)
    return OrganisationClaim.objects.select_related("organisation").filter(
        Q(claimant=member) | Q(organisation__in=managed.values("organisation"))
    )


def told_address(thing: OrganisationClaim | Organisation, member: User) -> str:
    """Where news about a claim or a team lead: one's own claim, the team's page, or the public page of who left."""
    if isinstance(thing, OrganisationClaim) and thing.claimant_id == member.pk:
        return reverse("accounts:claim", args=[thing.pk])
    organisation = thing if isinstance(thing, Organisation) else thing.organisation
    if organisation is None or organisation.verified_at is None:
        return ""
    if organisation.pk not in standing_of(member).organisation_ids:
        return organisation.get_absolute_url()
    return team_address(organisation)


def team_address(organisation: Organisation) -> str:
    """The page of an organisation's team."""
    if organisation.kind == Organisation.Kind.MANUFACTURER:
        return reverse("wiki:brand-team", args=[organisation.slug])
    return f"{reverse('accounts:team')}?organisation={organisation.slug}"


def claim_to_decide(pk: int) -> OrganisationClaim | None:
    """A claim by its number, for a moderator or manager; the acts say who may."""
    return OrganisationClaim.objects.select_related("organisation", "claimant").filter(pk=pk).first()


def record_of(claim: OrganisationClaim) -> str:
    """The text record that shows the claim's domain."""
    return record_text(claim.record_token)


def proof_token(claim: OrganisationClaim) -> str:
    """The signed token of the link in the mail to the claimed domain; a later mail makes it invalid."""
    return signing.dumps([claim.pk, _moment(claim.mailed_at)], salt=_SALT)


def claim_behind(token: str, *, now: datetime) -> OrganisationClaim:
    """The claim whose domain the mailed link shows. Raises LinkEnded for a broken, old, used or overtaken one."""
    try:
        pk, moment = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkEnded from None
    claim = OrganisationClaim.objects.select_related("claimant").filter(pk=pk, state=State.DOMAIN).first()
    days = timedelta(days=load(OrganisationRules).proof_days)
    if claim is None or claim.mailed_at is None or _moment(claim.mailed_at) != moment or now - claim.mailed_at > days:
        raise LinkEnded
    return claim


def organisations_at(domain: str) -> QuerySet[Organisation]:
    """The verified organisations at a domain, by name."""
    return Organisation.objects.filter(domain=domain, verified_at__isnull=False)


def is_managed(organisation: Organisation, *, now: datetime) -> bool:
    """Whether somebody decides who joins a verified organisation: one query."""
    return organisation.verified_at is not None and managers_of(organisation, now=now).exists()


def claimable(slug: str) -> Organisation | None:
    """The verified organisation that a link to the claim names, or None."""
    return Organisation.objects.filter(slug=slug, verified_at__isnull=False).first()


def refusal_to_decide(claim: OrganisationClaim, moderator: User, products: Sequence[Product]) -> str:
    """Why the moderator may not give or refuse this scope, as a sentence; empty where they may."""
    if claim.claimant_id == moderator.pk:
        return "Nobody decides about their own claim."
    organisation = claim.organisation
    if organisation is not None and moderator.pk in {place.member_id for place in organisation.memberships.all()}:
        return "Nobody decides for their own organisation."
    stake = next(filter(None, (stake_of(moderator, product) for product in products)), None)
    if stake is not None:
        return f"You belong to {stake.name}, which has a stake in this scope: somebody else decides."
    now_held = list(organisation.scope.all()) if organisation is not None else []
    if not all(moderator.has_perm("accounts.verify_organisation", product) for product in (*products, *now_held)):
        return "You moderate a part of this scope only. Leave the rest out, or leave it to a moderator of all of it."
    return ""


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    """A claim in the moderators' queue.

    `proof` says how the domain was shown. `neighbours` are organisations at the same domain, verified or not, and
    `earlier` other claims to it. `own_part` are the products that this moderator may give; `refusal` is why they may
    decide nothing of it.
    """

    claim: OrganisationClaim
    products: tuple[Product, ...]
    own_part: tuple[Product, ...]
    scope_now: tuple[Product, ...]
    proof: str
    age: timedelta
    badges: tuple[Badge, ...]
    neighbours: tuple[Organisation, ...]
    earlier: tuple[OrganisationClaim, ...]
    refusal: str

    @property
    def hours(self) -> int:
        """The age in whole hours."""
        return int(self.age.total_seconds() // 3600)


def waiting_claims(*, moderator: User, now: datetime) -> tuple[WaitingClaim, ...]:
    """The claims that wait for a moderator of any of their scope, the oldest first: eight queries, however many."""
    rows = (
        OrganisationClaim.objects.filter(state=State.MODERATOR)
        .select_related("claimant", "organisation")
        .prefetch_related("products", "organisation__scope", "organisation__memberships")
        .order_by("claimed_at", "pk")
    )
    seen = [(claim, part) for claim in rows if (part := _own_part(claim, moderator))]
    claims = [claim for claim, _ in seen]
    badges = badges_of_many([claim.claimant for claim in claims])
    neighbours, earlier = _neighbours(claims), _earlier(claims)
    return tuple(
        WaitingClaim(
            claim=claim,
            products=tuple(claim.products.all()),
            own_part=part,
            scope_now=tuple(claim.organisation.scope.all()) if claim.organisation is not None else (),
            proof=_proof(claim),
            age=now - (claim.domain_shown_at or claim.claimed_at),
            badges=badges.get(claim.claimant_id, ()),
            neighbours=tuple(row for row in neighbours[claim.domain] if row.pk != claim.organisation_id),
            earlier=tuple(row for row in earlier[claim.domain] if row.pk != claim.pk),
            refusal=refusal_to_decide(claim, moderator, part),
        )
        for claim, part in seen
    )


def _own_part(claim: OrganisationClaim, moderator: User) -> tuple[Product, ...]:
    return tuple(
        product for product in claim.products.all() if moderator.has_perm("accounts.verify_organisation", product)
    )


def _neighbours(claims: Iterable[OrganisationClaim]) -> dict[str, list[Organisation]]:
    found: dict[str, list[Organisation]] = defaultdict(list)
    for organisation in Organisation.objects.filter(domain__in={claim.domain for claim in claims if claim.domain}):
        found[organisation.domain].append(organisation)
    return found


def _earlier(claims: Iterable[OrganisationClaim]) -> dict[str, list[OrganisationClaim]]:
    found: dict[str, list[OrganisationClaim]] = defaultdict(list)
    domains = {claim.domain for claim in claims if claim.domain}
    rows = OrganisationClaim.objects.filter(domain__in=domains, purpose=OrganisationClaim.Purpose.CLAIM)
    for row in rows.select_related("claimant"):
        found[row.domain].append(row)
    return found


def _proof(claim: OrganisationClaim) -> str:
    if claim.proof == OrganisationClaim.Proof.MAIL:
        return f"a mail to {decrypt(claim.mail_encrypted) or 'an address there'}"
    if claim.proof == OrganisationClaim.Proof.RECORD:
        return "a text record of the domain, looked up again when you accept"
    return "the domain was shown when it was verified" if claim.organisation_id else ""


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""
