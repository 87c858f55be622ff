"""Proof, read: the code of the day, a member's own, and the moderators' queue with ages."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.encryption import decrypt
from accounts.models import OwnedProduct
from accounts.queries.community_rules import load
from wiki.models import Outcome, Proof
from wiki.permissions import is_moderator, member_of_proof, product_of_proof, refusal_to_decide_proof
from wiki.rules.possession import ProofRules, code_of

if TYPE_CHECKING:
    from accounts.models import User

_SALT = "wiki.possession"


def codes_of(owned: OwnedProduct, *, today: datetime.date) -> list[str]:
    """The codes that a picture of today may show, the one to give out first: one query.

    Worked out, not stored, so that a look at the page writes nothing; showing a proof makes all of them new.
    """
    shown = Proof.objects.filter(owned_product=owned).count()
    days = [today - datetime.timedelta(days=back) for back in range(load(ProofRules).code_days + 1)]
    return [code_of(_digest(f"code {owned.pk} {shown} {day.isoformat()}")) for day in days]


def fingerprint_of(thing: OwnedProduct | Outcome) -> str:
    """A keyed digest of what a proof is shown for: of a product its node and serial number, of an outcome its result.

    Where it changes before the decision, the proof was of something else.
    """
    if isinstance(thing, OwnedProduct):
        said = f"owned {thing.pk} {thing.product_id} {decrypt(thing.serial_encrypted)}"
    else:
        said = f"outcome {thing.pk} {thing.product_id} {thing.result}"
    return _digest(said).hex()


def latest_proof(*, owned: OwnedProduct | None = None, outcome: Outcome | None = None) -> Proof | None:
    """What was last shown of the thing: one query."""
    return Proof.objects.filter(owned_product=owned, outcome=outcome).order_by("-shown_at", "-pk").first()


@dataclass(frozen=True, slots=True)
class WaitingProof:
    """A proof in the queue. `refusal`: why this moderator may not decide it. No serial number is part of it."""

    proof: Proof
    title: str
    address: str
    member: User | None
    age: datetime.timedelta
    has_picture: bool
    asks_plate: bool
    refusal: str

    @property
    def hours(self) -> int:
        """The age in whole hours."""
        return int(self.age.total_seconds() // 3600)


def waiting_proofs(*, moderator: User, now: datetime.datetime) -> tuple[WaitingProof, ...]:
    """The proofs that wait, the oldest first: one query, whatever their number."""
    rows = Proof.objects.filter(state=Proof.State.WAITING).select_related(
        "owned_product__product",
        "owned_product__member",
        "outcome__product",
        "outcome__member",
        "outcome__remedy__fix",
        "outcome__remedy__diagnostic",
        "picture",
    )
    found = []
    for proof in rows.defer("picture__encrypted"):
        if not is_moderator(moderator, product_of_proof(proof)):
            continue
        refusal = refusal_to_decide_proof(moderator, proof)
        found.append(
            WaitingProof(
                proof=proof,
                title=_title(proof),
                address=_address(proof),
                member=member_of_proof(proof),
                age=now - proof.shown_at,
                has_picture=hasattr(proof, "picture"),
                asks_plate=asks_for_plate(proof),
                refusal=str(refusal) if refusal else "",
            )
        )
    return tuple(found)


def asks_for_plate(proof: Proof) -> bool:
    """Whether the moderator types the end of the serial number off the picture, to be compared unseen."""
    owned = proof.owned_product
    return owned is not None and proof.kind == Proof.Kind.PLATE and bool(owned.serial_encrypted)


def _title(proof: Proof) -> str:
    if proof.outcome is not None:
        return f"{proof.outcome.remedy.title}: {proof.outcome.get_result_display()}"
    assert proof.owned_product is not None  # proof_of_one_thing
    return proof.owned_product.product.full_name


def _address(proof: Proof) -> str:
    if proof.outcome is not None:
        return proof.outcome.remedy.get_absolute_url()
    return product_of_proof(proof).get_absolute_url()


def _digest(text: str) -> bytes:
    return salted_hmac(_SALT, text, secret=settings.FIELD_KEY, algorithm="sha256").digest()
