"""The pages on which proof is shown and decided."""

import pytest

from accounts.encryption import encrypt
from tests.builders.accounts import make_owned_product
from tests.builders.products import a_year
from tests.builders.wiki import make_outcome, make_proof, photo_file
from tests.html import read
from wiki.models import Proof, ProofPicture

pytestmark = pytest.mark.django_db
SERIAL = "SALLMAMA34A123456"


@pytest.fixture
def owned(member):
    return make_owned_product(member=member, product=a_year(), serial_encrypted=encrypt(SERIAL))


def test_an_owner_photographs_the_code_and_a_moderator_accepts_it(member_client, moderator_client, owned):
    address = f"/me/garage/{owned.pk}/possession/"
    page = read(member_client.get(address))
    code = page.one("code").text
    assert page.form("possession-form").values["code"] == code

    answer = member_client.post(address, {"kind": "plate", "code": code, "picture": photo_file()}, follow=True)
    assert read(answer).one("proof-waits")

    queue = moderator_client.get("/moderation/proofs/")
    assert SERIAL not in queue.content.decode()
    assert read(queue).one("proof").one("code").text == code
    proof = Proof.objects.get()
    picture = moderator_client.get(f"/moderation/proofs/{proof.pk}/picture/")
    assert picture.content[:2] == b"\xff\xd8"
    assert picture["Cache-Control"] == "no-store"

    decide = f"/moderation/proofs/{proof.pk}/"
    wrong = moderator_client.post(decide, {f"{proof.pk}-decision": "accept", f"{proof.pk}-plate_end": "0000"})
    assert "not the last characters" in read(wrong).one("form-errors").text
    assert SERIAL not in wrong.content.decode()
    moderator_client.post(decide, {f"{proof.pk}-decision": "accept", f"{proof.pk}-plate_end": "3456"})

    assert read(member_client.get(address)).one("possession-shown")
    assert moderator_client.get(f"/moderation/proofs/{proof.pk}/picture/").status_code == 404
    assert not ProofPicture.objects.exists()


def test_a_refusal_needs_a_reason_and_shows_it_to_the_member(member_client, moderator_client, owned):
    proof = make_proof(owned=owned)
    decide = f"/moderation/proofs/{proof.pk}/"
    assert (
        "Please say why"
        in read(moderator_client.post(decide, {f"{proof.pk}-decision": "refuse"})).one("form-errors").text
    )
    moderator_client.post(decide, {f"{proof.pk}-decision": "refuse", f"{proof.pk}-reason": "Too dark to read."})
    page = read(member_client.get(f"/me/garage/{owned.pk}/possession/"))
    assert "Too dark to read." in page.one("proof-refused").text
    assert page.form("possession-form")


def test_a_code_that_ran_out_is_replaced_on_the_page(member_client, owned):
    address = f"/me/garage/{owned.pk}/possession/"
    page = read(member_client.post(address, {"kind": "plate", "code": "AAA-AAA", "picture": photo_file()}))
    assert "ran out" in page.one("form-errors").text
    assert page.form("possession-form").values["code"] == page.one("code").text


def test_a_file_that_is_no_picture_is_refused_beside_its_field(member_client, owned):
    broken = photo_file()
    broken.truncate(10)
    address = f"/me/garage/{owned.pk}/possession/"
    page = read(member_client.post(address, {"kind": "receipt", "code": "x", "picture": broken}))
    assert "Picture" in page.one("form-errors").text
    assert not Proof.objects.exists()


def test_nobody_else_sees_the_page_or_the_picture(newcomer_client, member_client, owned):
    proof = make_proof(owned=owned)
    assert newcomer_client.get(f"/me/garage/{owned.pk}/possession/").status_code == 404
    assert newcomer_client.post(f"/proof/{proof.pk}/take-back/").status_code == 404
    for client in (newcomer_client, member_client):
        assert client.get(f"/moderation/proofs/{proof.pk}/picture/").status_code == 403
    member_client.post(f"/proof/{proof.pk}/take-back/")
    assert not ProofPicture.objects.exists()


def test_evidence_is_shown_on_its_page_and_seen_by_a_moderator(member, member_client, moderator_client):
    outcome = make_outcome(member=member)
    address = f"/outcome/{outcome.pk}/evidence/"
    empty = read(member_client.post(address, {"kind": "codes"}))
    assert "codes or readings" in empty.one("form-errors").text
    member_client.post(address, {"kind": "codes", "words": "P0571 before, none after"})
    assert "P0571 before" in read(moderator_client.get("/moderation/proofs/")).one("proof").text
    proof = Proof.objects.get()
    moderator_client.post(f"/moderation/proofs/{proof.pk}/", {f"{proof.pk}-decision": "accept"})
    assert read(member_client.get(address)).one("evidence-seen")
