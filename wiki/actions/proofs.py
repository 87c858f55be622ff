"""Acts on proof: show it, take it back, and a moderator's decision, with which the picture is deleted.

The tier of an outcome follows from these decisions, never from what its reporter claims.
"""

from __future__ import annotations

import datetime
from typing import IO

from django.db import IntegrityError, transaction

from accounts.encryption import decrypt, encrypt_bytes
from accounts.models import OwnedProduct, User
from accounts.queries.community_rules import load
from accounts.queries.privileges import require as require_privilege
from wiki.actions.limits import check_text
from wiki.actions.locking import lock
from wiki.actions.outcomes import count_again
from wiki.errors import AlreadyDecided, CodeRanOut, NotAllowed, NotYourProduct, PostGone, ProofRefused
from wiki.models import Outcome, Proof, ProofPicture
from wiki.permissions import member_of_proof, refusal_to_decide_proof, require
from wiki.photographs import CleanPhoto, clean_photo
from wiki.queries.proofs import asks_for_plate, codes_of, fingerprint_of
from wiki.rules.possession import ProofRules, ends_alike

WAITS_ALREADY = "What you showed last waits for a moderator. Take it back to show something else."
CHANGED = "What this was shown for was changed meanwhile. Refuse it, so that the member can show it anew."
PLATE_DIFFERS = "These are not the last characters of the serial number that stands in the member's garage."


def show_possession(
    *, owned: OwnedProduct, kind: str, upload: IO[bytes], code: str, actor: User, now: datetime.datetime
) -> Proof:
    """Show that one has an own product: a photograph of the code beside the serial plate, or a receipt.

    Raises `PhotoRefused`, `CodeRanOut`, `NotYourProduct`, and `ProofRefused` where it was shown before or waits.
    """
    picture = clean_photo(upload)
    with transaction.atomic():
        locked = OwnedProduct.objects.select_for_update().get(pk=owned.pk)
        if locked.member_id != actor.pk or locked.retired_at is not None:
            raise NotYourProduct
        if locked.possession_shown_at is not None:
            raise ProofRefused("You have shown that this product is yours.")
        if kind not in (Proof.Kind.PLATE, Proof.Kind.RECEIPT):
            raise ProofRefused("Please choose one of the two.")
        if kind == Proof.Kind.PLATE and code not in codes_of(locked, today=now.date()):
            raise CodeRanOut
        proof = Proof(
            owned_product=locked,
            kind=kind,
            code=code if kind == Proof.Kind.PLATE else "",
            fingerprint=fingerprint_of(locked),
            shown_at=now,
        )
        return _keep(proof, picture, actor)


def show_evidence(
    *, outcome: Outcome, kind: str, words: str, upload: IO[bytes] | None, actor: User, now: datetime.datetime
) -> Proof:
    """Show evidence of one's own outcome: a photograph, a receipt, or codes and readings in words.

    Raises `PhotoRefused`, `NotAllowed` on others' outcomes, and `ProofRefused` where nothing is shown or one waits.
    """
    picture = clean_photo(upload) if upload is not None else None
    check_text(words)
    with transaction.atomic():
        locked = lock(outcome)
        if locked.member_id != actor.pk:
            raise NotAllowed("A report belongs to the person who made it.")
        if locked.state != Outcome.State.PUBLISHED:
            raise PostGone
        if locked.has_evidence:
            raise ProofRefused("A moderator has seen evidence for this report.")
        if kind not in (Proof.Kind.RECEIPT, Proof.Kind.PHOTO, Proof.Kind.CODES):
            raise ProofRefused("Please choose what you show.")
        if picture is None and (kind != Proof.Kind.CODES or not words.strip()):
            raise ProofRefused("Please choose a picture, or write the codes before and after.")
        require_privilege(actor, "outcome", locked.product)
        proof = Proof(
            outcome=locked, kind=kind, words=words.strip()[:400], fingerprint=fingerprint_of(locked), shown_at=now
        )
        return _keep(proof, picture, actor)


@transaction.atomic
def take_back_proof(*, proof: Proof, actor: User, now: datetime.datetime) -> Proof:
    """Take back what one showed, before it is decided; its picture is deleted."""
    locked = _waiting(proof)
    if member_of_proof(locked) != actor:
        raise NotAllowed
    return _decided(locked, Proof.State.TAKEN_BACK, actor, now)


@transaction.atomic
def accept_proof(*, proof: Proof, plate_end: str, actor: User, now: datetime.datetime) -> Proof:
    """Say that a proof shows what it should; the picture is deleted and what follows from it happens.

    Possession: reports on the product move up to a verified owner's. Evidence: the outcome has it. `plate_end` are
    the last characters of the serial number in the picture; they are compared with the member's own, which nobody is
    shown. Raises `AlreadyDecided`, or `ProofRefused` where the plate differs or the thing was changed meanwhile.
    """
    locked = _waiting(proof)
    require(refusal_to_decide_proof(actor, locked))
    thing = locked.owned_product or locked.outcome
    assert thing is not None  # proof_of_one_thing
    if locked.fingerprint != fingerprint_of(thing):
        raise ProofRefused(CHANGED)
    if isinstance(thing, OwnedProduct):
        if asks_for_plate(locked) and not ends_alike(decrypt(thing.serial_encrypted) or "", plate_end):
            raise ProofRefused(PLATE_DIFFERS)
        _possession_shown(thing, now)
    else:
        outcome = lock(thing)
        outcome.has_evidence = True
        outcome.updated_at = now
        outcome.save(update_fields=["has_evidence", "updated_at"])
        count_again(outcome, now)
    return _decided(locked, Proof.State.ACCEPTED, actor, now)


@transaction.atomic
def refuse_proof(*, proof: Proof, reason: str, actor: User, now: datetime.datetime) -> Proof:
    """Say that a proof does not show what it should, and why; the picture is deleted, and the member can try again."""
    locked = _waiting(proof)
    require(refusal_to_decide_proof(actor, locked))
    if not reason.strip():
        raise ProofRefused("Please say why, so that the member can do better.")
    return _decided(locked, Proof.State.REFUSED, actor, now, reason=reason.strip()[:255])


def _keep(proof: Proof, picture: CleanPhoto | None, actor: User) -> Proof:
    waiting = Proof.objects.filter(state=Proof.State.WAITING)
    own = waiting.filter(owned_product__member=actor) | waiting.filter(outcome__member=actor)
    most = load(ProofRules).most_waiting
    if own.count() >= most:
        raise ProofRefused(f"{most} of your proofs wait for a moderator: more once these are decided.")
    try:
        with transaction.atomic():
            proof.save()
    except IntegrityError as error:
        raise ProofRefused(WAITS_ALREADY) from error
    if picture is not None:
        kind = {"JPEG": "image/jpeg", "WEBP": "image/webp"}[picture.format]
        ProofPicture.objects.create(proof=proof, encrypted=encrypt_bytes(picture.bytes), content_type=kind)
    return proof


def _waiting(proof: Proof) -> Proof:
    locked = Proof.objects.select_for_update().filter(pk=proof.pk).first()
    if locked is None or locked.state != Proof.State.WAITING:
        raise AlreadyDecided
    return locked


def _decided(proof: Proof, state: str, actor: User, now: datetime.datetime, reason: str = "") -> Proof:
    ProofPicture.objects.filter(proof=proof).delete()
    proof.state = state
    proof.code = ""
    proof.reason = reason
    proof.decided_at = now
    proof.decided_by = actor
    proof.save()
    return proof


def _possession_shown(owned: OwnedProduct, now: datetime.datetime) -> None:
    """The owner is a verified one from now on, and so are the reports made before on this product."""
    owned.possession_shown_at = now
    owned.save(update_fields=["possession_shown_at"])
    rows = Outcome.objects.select_for_update().filter(owned_product=owned, tier=Outcome.Tier.UNVERIFIED)
    for outcome in rows.exclude(state=Outcome.State.DELETED).order_by("pk"):
        outcome.tier = Outcome.Tier.OWNER
        outcome.updated_at = now
        outcome.save(update_fields=["tier", "updated_at"])
        count_again(outcome, now)
