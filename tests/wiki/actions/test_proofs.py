"""Showing possession and evidence, and what follows from a moderator's decision."""

import datetime

import pytest

from accounts.actions.erasure import erase_member
from accounts.actions.garage import OwnedProductDetails, edit_owned_product, remove_owned_product
from accounts.encryption import encrypt
from accounts.models import ReputationEvent
from tests.builders.accounts import (
    NOW,
    PASSWORD,
    make_moderator,
    make_owned_product,
    make_professional,
    make_staff,
    set_rule,
)
from tests.builders.products import a_make, a_model, a_year
from tests.builders.wiki import make_experienced, make_fix, make_outcome, make_proof, make_regular, photo_file
from wiki.actions.proofs import accept_proof, refuse_proof, show_evidence, show_possession, take_back_proof
from wiki.errors import AlreadyDecided, CodeRanOut, NotAllowed, NotYourProduct, OwnPost, ProofRefused
from wiki.models import Outcome, Proof, ProofPicture
from wiki.photographs import PhotoRefused
from wiki.queries.evidence import differences
from wiki.queries.plan import plan_for
from wiki.queries.proofs import codes_of, waiting_proofs
from wiki.queries.reader import Reader
from wiki.rules.judgement import Judgement

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def own(**fields):
    """An own 2004 Range Rover of a regular member."""
    return make_owned_product(member=fields.pop("member", None) or make_regular(), product=a_year(), **fields)


def accept(proof, actor=None, plate_end=""):
    return accept_proof(proof=proof, plate_end=plate_end, actor=actor or make_moderator(), now=NOW)


# ------------------------------------------------------------ possession


def test_accepted_possession_makes_a_verified_owner_and_the_picture_is_gone():
    owned = own()
    proof = make_proof(owned=owned)
    assert ProofPicture.objects.filter(proof=proof).exists()

    accept(proof)

    owned.refresh_from_db()
    assert owned.possession_shown_at == NOW
    assert not ProofPicture.objects.exists()
    proof.refresh_from_db()
    assert (proof.state, proof.code) == ("accepted", "")


def test_refused_possession_says_why_and_the_picture_is_gone_and_another_can_be_shown():
    owned = own()
    proof = make_proof(owned=owned)
    with pytest.raises(ProofRefused):
        refuse_proof(proof=proof, reason="  ", actor=make_moderator(), now=NOW)
    refuse_proof(proof=proof, reason="The code is not in the picture.", actor=make_moderator(), now=NOW)

    owned.refresh_from_db()
    assert owned.possession_shown_at is None
    assert not ProofPicture.objects.exists()
    assert make_proof(owned=owned).state == "waiting"


def test_reports_made_before_move_up_and_their_points_with_them():
    author = make_regular()
    fix = make_fix(author=author)
    owned = own()
    before = make_outcome(fix=fix, member=owned.member, owned_product=owned)
    elsewhere = make_outcome(fix=make_fix(), member=owned.member, product=a_year())
    withdrawn = make_outcome(fix=make_fix(), member=owned.member, owned_product=owned)
    Outcome.objects.filter(pk=withdrawn.pk).update(state="deleted")
    assert before.tier == "unverified"

    accept(make_proof(owned=owned))

    tiers = [Outcome.objects.get(pk=row.pk).tier for row in (before, elsewhere, withdrawn)]
    assert tiers == ["owner", "unverified", "unverified"]
    assert ReputationEvent.objects.filter(cause=f"outcome:{before.pk}", member=author).count() == 1


def test_the_plan_counts_a_report_as_a_verified_owners_once_possession_is_shown():
    fix = make_fix()
    owned = own()
    make_outcome(fix=fix, member=owned.member, owned_product=owned)

    def row():
        return plan_for(fix.problem, Reader(), now=NOW).row(fix.remedy.pk)

    before = row()
    accept(make_proof(owned=owned))
    assert before.unproven
    assert not row().unproven
    assert row().q > before.q
    assert differences(fix.remedy, Judgement(), today=NOW.date()) == []


def test_a_report_made_after_is_a_verified_owners_and_one_with_a_serial_number_alone_is_not():
    owned = own(serial_encrypted=encrypt("SALLMAMA34A123456"))
    assert make_outcome(member=owned.member, owned_product=owned).tier == "unverified"
    accept(make_proof(owned=owned), plate_end="3456")
    owned.refresh_from_db()
    assert make_outcome(member=owned.member, owned_product=owned).tier == "owner"


def test_a_professionals_report_stays_one_with_possession_shown():
    professional = make_professional(product=a_make())
    owned = own(member=professional)
    outcome = make_outcome(member=professional, owned_product=owned, job_number="77")
    assert outcome.tier == "professional"
    accept(make_proof(owned=owned))
    outcome.refresh_from_db()
    assert outcome.tier == "professional"


def test_the_plate_in_the_picture_has_to_end_as_the_serial_number_does():
    owned = own(serial_encrypted=encrypt("SALLMAMA34A123456"))
    proof = make_proof(owned=owned)
    with pytest.raises(ProofRefused):
        accept(proof, plate_end="9999")
    assert ProofPicture.objects.filter(proof=proof).exists()
    assert accept(proof, plate_end="a12 3456").state == "accepted"


def test_a_product_changed_meanwhile_is_not_the_one_that_was_shown():
    owned = own()
    proof = make_proof(owned=owned)
    edit_owned_product(owned=owned, actor=owned.member, details=OwnedProductDetails(product=a_year(year=2006)))
    with pytest.raises(ProofRefused):
        accept(proof)


def test_a_code_holds_for_its_day_and_the_next_and_for_one_proof():
    owned = own()
    code = codes_of(owned, today=NOW.date())[0]
    assert code not in codes_of(own(), today=NOW.date())
    with pytest.raises(CodeRanOut):
        make_proof(owned=owned, code=code, now=NOW + 2 * DAY)
    proof = make_proof(owned=owned, code=code, now=NOW + DAY)
    take_back_proof(proof=proof, actor=owned.member, now=NOW + DAY)
    with pytest.raises(CodeRanOut):
        make_proof(owned=owned, code=code, now=NOW + DAY)


def test_possession_is_shown_by_its_owner_once_and_with_a_picture():
    owned = own()
    with pytest.raises(NotYourProduct):
        make_proof(owned=owned, actor=make_regular())
    with pytest.raises(PhotoRefused):
        show_possession(owned=owned, kind="receipt", upload=_text(), code="", actor=owned.member, now=NOW)
    with pytest.raises(ProofRefused):
        make_proof(owned=owned, kind="photo")
    proof = make_proof(owned=owned, kind="receipt", code="")
    with pytest.raises(ProofRefused):
        make_proof(owned=owned)
    accept(proof)
    with pytest.raises(ProofRefused):
        make_proof(owned=owned)


def _text():
    file = photo_file()
    file.truncate(12)
    return file


def test_only_a_moderator_of_the_product_decides_and_never_about_their_own_or_their_make():
    proof = make_proof(owned=own())
    employed = make_staff(product=a_make())
    both = make_moderator()
    own_case = make_proof(owned=own(member=both))
    from tests.builders.accounts import make_role

    make_role(member=employed)
    for actor in (make_regular(), make_experienced(), employed):
        with pytest.raises(NotAllowed):
            accept(proof, actor)
    with pytest.raises(OwnPost):
        accept(own_case, both)
    elsewhere = make_moderator(product=a_model(name="Golf", make="Volkswagen"))
    with pytest.raises(NotAllowed):
        refuse_proof(proof=proof, reason="no", actor=elsewhere, now=NOW)
    assert waiting_proofs(moderator=elsewhere, now=NOW) == ()
    assert accept(proof, make_moderator(product=a_make())).state == "accepted"


def test_what_is_decided_stays_decided_and_only_ones_own_is_taken_back():
    proof = make_proof(owned=own())
    with pytest.raises(NotAllowed):
        take_back_proof(proof=proof, actor=make_regular(), now=NOW)
    accept(proof)
    with pytest.raises(AlreadyDecided):
        refuse_proof(proof=proof, reason="late", actor=make_moderator(), now=NOW)
    with pytest.raises(AlreadyDecided):
        take_back_proof(proof=proof, actor=proof.owned_product.member, now=NOW)


def test_so_many_proofs_of_one_member_wait_and_no_more():
    set_rule(name="proof_rules.most_waiting", value=1)
    member = make_regular()
    make_proof(owned=own(member=member))
    with pytest.raises(ProofRefused):
        make_proof(owned=own(member=member))


def test_the_picture_is_unreadable_in_the_database_and_goes_with_the_product_and_with_the_member():
    owned = own()
    make_proof(owned=owned)
    stored = bytes(ProofPicture.objects.get().encrypted)
    assert b"JFIF" not in stored
    remove_owned_product(owned=owned, actor=owned.member)
    assert not ProofPicture.objects.exists()

    other = own()
    make_proof(owned=other)
    erase_member(member=other.member, password=PASSWORD, now=NOW)
    assert not Proof.objects.exists()
    assert not ProofPicture.objects.exists()


# ------------------------------------------------------------ evidence


def test_accepted_evidence_counts_pays_and_its_picture_is_gone():
    outcome = make_outcome()
    proof = make_proof(outcome=outcome)
    outcome.refresh_from_db()
    assert not outcome.has_evidence

    accept(proof)

    outcome.refresh_from_db()
    assert outcome.has_evidence
    assert ReputationEvent.objects.filter(member=outcome.member, event="evidence_added").count() == 1
    assert not ProofPicture.objects.exists()


def test_codes_before_and_after_need_no_picture_and_a_photo_does():
    outcome = make_outcome()
    with pytest.raises(ProofRefused):
        make_proof(outcome=outcome, upload=None, words="see it")
    with pytest.raises(ProofRefused):
        make_proof(outcome=outcome, kind="codes", upload=None, words=" ")
    proof = make_proof(outcome=outcome, kind="codes", upload=None, words="P0571 before, none after")
    assert accept(proof).state == "accepted"


def test_evidence_is_shown_by_the_reporter_of_a_report_that_stands():
    outcome = make_outcome()
    with pytest.raises(NotAllowed):
        show_evidence(outcome=outcome, kind="photo", words="", upload=photo_file(), actor=make_experienced(), now=NOW)


def test_evidence_of_another_result_is_not_accepted():
    outcome = make_outcome()
    proof = make_proof(outcome=outcome)
    Outcome.objects.filter(pk=outcome.pk).update(result="failed")
    with pytest.raises(ProofRefused):
        accept(proof)


# ------------------------------------------------------------ the queue


def test_the_queue_has_the_oldest_first_with_its_age_in_one_query(django_assert_num_queries):
    young = make_proof(owned=own(serial_encrypted=encrypt("SALLMAMA34A123456")))
    old = make_proof(outcome=make_outcome(), now=NOW - 3 * DAY)
    moderator = make_moderator()
    waiting_proofs(moderator=moderator, now=NOW)  # standing is read once
    with django_assert_num_queries(1):
        queue = waiting_proofs(moderator=moderator, now=NOW)
    assert [case.proof for case in queue] == [old, young]
    assert [case.hours for case in queue] == [72, 0]
    assert [case.asks_plate for case in queue] == [False, True]
