"""Claims: the domain is shown, a moderator decides, and nobody decides about their own."""

from datetime import timedelta

import pytest
from django.core import mail, signing
from django.db import IntegrityError, transaction

from accounts import domains
from accounts.actions.organisation_claims import (
    ClaimDraft,
    ask_for_scope,
    ask_to_join,
    claim_organisation,
    mail_proof,
    show_domain_by_mail,
    show_domain_by_record,
    withdraw_claim,
)
from accounts.actions.organisation_decisions import accept_claim, refuse_claim, take_in, turn_away
from accounts.actions.organisations import describe_organisation, free_slug
from accounts.errors import (
    ClaimRefused,
    DomainRefused,
    LimitReached,
    LinkEnded,
    NotPermitted,
    NotYours,
    ReasonMissing,
    RecordsUnreachable,
    ScopeMissing,
)
from accounts.models import Notification, Organisation, OrganisationAct, OrganisationClaim, User
from accounts.queries.organisation_claims import proof_token, record_of, waiting_claims
from accounts.queries.organisations import manages
from tests.accounts.name_server import name_server
from tests.builders.accounts import NOW, make_membership, make_moderator, make_organisation, make_user
from tests.builders.organisations import make_claim, make_manager

LATER = NOW + timedelta(hours=1)


def link_in_the_mail() -> str:
    return next(word for word in mail.outbox[-1].body.split() if "/org/proof/" in word).split("/")[-2]


def test_a_claim_by_mail_becomes_a_verified_organisation_with_the_claimant_as_its_manager(tree):
    owner, moderator = make_user(username="owner"), make_moderator()
    claim = make_claim(products=[tree.land_rover, tree.ford], actor=owner, domain="Torque.example.")
    assert (claim.state, claim.domain) == ("domain", "torque.example")

    mail_proof(claim=claim, address="desk@torque.example", actor=owner, now=NOW)
    assert mail.outbox[-1].to == ["desk@torque.example"]
    show_domain_by_mail(token=link_in_the_mail(), actor=owner, now=LATER)
    [waiting] = waiting_claims(moderator=moderator, now=LATER)
    assert waiting.claim == claim
    assert "desk@torque.example" in waiting.proof

    accept_claim(claim=waiting.claim, products=[tree.land_rover.pk], actor=moderator, now=LATER)

    organisation = Organisation.objects.get()
    assert (organisation.slug, organisation.domain) == ("torque-sons", "torque.example")
    assert (organisation.verified_by, organisation.verified_at) == (moderator, LATER)
    assert list(organisation.scope.all()) == [tree.land_rover]
    assert manages(User.objects.get(pk=owner.pk), organisation)
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by, claim.organisation, claim.mail_encrypted) == (
        "accepted", moderator, organisation, "",
    )  # fmt: skip
    assert Notification.objects.get(member=owner).kind == "org_decided"
    assert [(act.act, act.actor) for act in organisation.acts.order_by("pk")] == [
        ("verified", moderator), ("taken_in", moderator),
    ]  # fmt: skip
    with pytest.raises(ClaimRefused):
        accept_claim(claim=claim, products=[tree.land_rover.pk], actor=moderator, now=LATER)


def test_the_link_works_for_the_claimant_once_and_in_time(tree):
    owner = make_user()
    claim = make_claim(products=[tree.ford], actor=owner)
    mail_proof(claim=claim, address="a@torque.example", actor=owner, now=NOW)
    earlier = link_in_the_mail()
    claim = mail_proof(claim=claim, address="b@torque.example", actor=owner, now=LATER)
    token = link_in_the_mail()

    for forged in (earlier, token[:-2], "x", signing.dumps([claim.pk, str(LATER)], salt="another"), signing.dumps(7)):
        with pytest.raises(LinkEnded):
            show_domain_by_mail(token=forged, actor=owner, now=LATER)
    with pytest.raises(NotYours):
        show_domain_by_mail(token=token, actor=make_user(), now=LATER)
    with pytest.raises(LinkEnded):
        show_domain_by_mail(token=token, actor=owner, now=LATER + timedelta(days=8))

    assert token == proof_token(claim)
    assert show_domain_by_mail(token=token, actor=owner, now=LATER).state == "moderator"
    with pytest.raises(LinkEnded):
        show_domain_by_mail(token=token, actor=owner, now=LATER)


def test_no_mail_leaves_to_an_address_elsewhere_or_for_somebody_elses_claim(tree):
    owner = make_user()
    claim = make_claim(products=[tree.ford], actor=owner)
    for address in ("a@evil.com", "user@evil.com.torque.example@x", "a@torque.example\nBcc: all@evil.com"):
        with pytest.raises(DomainRefused):
            mail_proof(claim=claim, address=address, actor=owner, now=NOW)
    with pytest.raises(NotYours):
        mail_proof(claim=claim, address="a@torque.example", actor=make_user(), now=NOW)
    assert mail.outbox == []


def test_a_name_carries_no_advertisement_and_no_header_into_a_strangers_mail(tree):
    owner = make_user(username="owner")
    draft = {"kind": "workshop", "domain": "torque.example", "products": (tree.ford,)}
    for name in ("Buy at https://evil.com", "write a@evil.com", "www.evil.com", " "):
        with pytest.raises(ClaimRefused):
            claim_organisation(draft=ClaimDraft(name=name, **draft), actor=owner, now=NOW)
    claim = claim_organisation(draft=ClaimDraft(name="Torque\r\nBcc: x", **draft), actor=owner, now=NOW)
    assert claim.name == "Torque Bcc: x"
    mail_proof(claim=claim, address="a@torque.example", actor=owner, now=NOW)
    assert mail.outbox[0].message()["Bcc"] is None
    assert mail.outbox[0].recipients() == ["a@torque.example"]


def test_a_text_record_shows_the_domain_and_is_looked_up_again_before_the_claim_is_accepted(
    tree, settings, monkeypatch
):
    monkeypatch.setattr(domains, "SECONDS", 0.3)
    owner, moderator = make_user(), make_moderator()
    claim = make_claim(products=[tree.ford], actor=owner)
    other = make_claim(products=[tree.ford], name="Other", actor=make_user())
    with name_server() as server:
        settings.DNS_SERVERS = [server.address]
        server.records["torque.example"] = ["v=spf1 -all", record_of(other), f"x{record_of(claim)}"]
        with pytest.raises(ClaimRefused, match="not there yet"):
            show_domain_by_record(claim=claim, actor=owner, now=NOW)
        claim.refresh_from_db()
        assert (claim.state, claim.record_read_at) == ("domain", NOW)
        with pytest.raises(NotYours):
            show_domain_by_record(claim=claim, actor=make_user(), now=NOW)

        server.records["torque.example"].append(record_of(claim))
        server.silent.add("torque.example")
        with pytest.raises(RecordsUnreachable):
            show_domain_by_record(claim=claim, actor=owner, now=NOW)
        server.silent.clear()
        claim = show_domain_by_record(claim=claim, actor=owner, now=LATER)
        assert (claim.state, claim.proof) == ("moderator", "record")

        server.records["torque.example"].pop()
        with pytest.raises(ClaimRefused, match="gone"):
            accept_claim(claim=claim, products=[tree.ford.pk], actor=moderator, now=LATER)
        server.records["torque.example"].append(record_of(claim))
        assert accept_claim(claim=claim, products=[tree.ford.pk], actor=moderator, now=LATER).state == "accepted"


def test_nobody_decides_about_their_own_claim_or_beyond_their_own_part_of_the_tree(tree):
    claimant = make_moderator()
    claim = make_claim(products=[tree.land_rover, tree.ford], actor=claimant, state="moderator")
    ford = make_moderator(product=tree.ford)
    everything = [tree.land_rover.pk, tree.ford.pk]
    with pytest.raises(NotPermitted, match="their own"):
        accept_claim(claim=claim, products=everything, actor=claimant, now=LATER)
    with pytest.raises(NotPermitted, match="their own"):
        refuse_claim(claim=claim, reason="No", actor=claimant, now=LATER)
    for stranger in (make_user(reputation=9000), make_moderator(product=tree.bicycles)):
        assert waiting_claims(moderator=stranger, now=LATER) == ()
        with pytest.raises(NotPermitted):
            accept_claim(claim=claim, products=everything, actor=stranger, now=LATER)
    with pytest.raises(NotPermitted, match="a part"):
        accept_claim(claim=claim, products=everything, actor=ford, now=LATER)
    with pytest.raises(NotPermitted, match="a part"):
        refuse_claim(claim=claim, reason="No", actor=ford, now=LATER)
    with pytest.raises(ScopeMissing):
        accept_claim(claim=claim, products=[tree.bicycles.pk], actor=make_moderator(), now=LATER)

    [seen] = waiting_claims(moderator=ford, now=LATER)
    assert seen.own_part == (tree.ford,)
    accept_claim(claim=claim, products=[tree.ford.pk], actor=ford, now=LATER)
    assert list(Organisation.objects.get().scope.all()) == [tree.ford]


def test_who_has_a_stake_in_the_scope_decides_about_nobody_in_it(tree):
    claim = make_claim(products=[tree.land_rover], state="moderator")
    rival = make_moderator()
    make_membership(organisation=make_organisation(kind="manufacturer", scope=[tree.ford]), member=rival)
    apart = make_moderator()
    make_membership(organisation=make_organisation(scope=[tree.bicycles]), member=apart)
    with pytest.raises(NotPermitted, match="stake"):
        refuse_claim(claim=claim, reason="A rival", actor=rival, now=LATER)
    with pytest.raises(NotPermitted, match="stake"):
        accept_claim(claim=claim, products=[tree.land_rover.pk], actor=rival, now=LATER)
    assert "stake" in waiting_claims(moderator=rival, now=LATER)[0].refusal
    assert accept_claim(claim=claim, products=[tree.land_rover.pk], actor=apart, now=LATER).state == "accepted"


def test_a_refusal_says_why_and_a_claim_can_be_taken_back(tree):
    owner = make_user()
    claim = make_claim(products=[tree.ford], actor=owner, state="moderator")
    with pytest.raises(ReasonMissing):
        refuse_claim(claim=claim, reason=" ", actor=make_moderator(), now=LATER)
    refused = refuse_claim(claim=claim, reason="No such workshop", actor=make_moderator(username="mod"), now=LATER)
    assert (refused.state, refused.reason, refused.decided_by.username, refused.decided_at) == (
        "refused", "No such workshop", "mod", LATER,
    )  # fmt: skip
    with pytest.raises(ClaimRefused):
        withdraw_claim(claim=claim, actor=owner, now=LATER)

    second = make_claim(products=[tree.ford], actor=owner)
    with pytest.raises(NotYours):
        withdraw_claim(claim=second, actor=make_user(), now=LATER)
    assert withdraw_claim(claim=second, actor=owner, now=LATER).state == "withdrawn"
    assert not Organisation.objects.exists()


def test_a_member_has_few_open_claims_none_twice_and_a_confirmed_address(tree):
    owner = make_user()
    make_claim(products=[tree.ford], actor=owner)
    with pytest.raises(ClaimRefused, match="waits"):
        make_claim(products=[tree.ford], actor=owner, name="Another")
    make_claim(products=[tree.ford], actor=owner, domain="b.example")
    make_claim(products=[tree.ford], actor=owner, domain="c.example")
    with pytest.raises(LimitReached):
        make_claim(products=[tree.ford], actor=owner, domain="d.example")
    with pytest.raises(ClaimRefused, match="Confirm"):
        make_claim(products=[tree.ford], actor=make_user(is_confirmed=False))
    with pytest.raises(ScopeMissing):
        make_claim(products=[], actor=make_user())
    with pytest.raises(ClaimRefused, match="most"):
        make_claim(products=[tree.ford] * 9, actor=make_user())


def test_an_organisation_with_managers_is_joined_and_they_decide(tree):
    torque = make_organisation(scope=[tree.ford], domain="torque.example")
    boss, mechanic = make_manager(organisation=torque), make_user(username="mechanic")
    with pytest.raises(ClaimRefused, match="ask to join"):
        make_claim(products=[tree.ford], actor=mechanic, organisation=torque)
    wish = ask_to_join(organisation=torque, why="I work there", actor=mechanic, now=NOW)
    assert Notification.objects.get(member=boss).kind == "org_request"
    colleague = make_user()
    make_membership(organisation=torque, member=colleague)
    for other in (colleague, mechanic, make_moderator()):
        with pytest.raises(NotPermitted):
            take_in(claim=wish, actor=other, now=LATER)
    with pytest.raises(ReasonMissing):
        turn_away(claim=wish, reason="", actor=boss, now=LATER)

    take_in(claim=wish, actor=boss, now=LATER)
    place = torque.memberships.get(member=mechanic)
    assert (place.is_manager, place.since) == (False, LATER)
    with pytest.raises(ClaimRefused, match="member"):
        ask_to_join(organisation=torque, why="", actor=mechanic, now=LATER)
    stranger = make_user()
    away = ask_to_join(organisation=torque, why="Let me in", actor=stranger, now=NOW)
    assert turn_away(claim=away, reason="We don't know you", actor=boss, now=LATER).state == "refused"
    assert not torque.memberships.filter(member=stranger).exists()


def test_an_organisation_that_nobody_manages_is_claimed_anew(tree):
    torque = make_organisation(scope=[tree.ford], domain="old.example")
    make_membership(organisation=torque, member=make_user())
    with pytest.raises(ClaimRefused):
        ask_to_join(organisation=torque, why="", actor=make_user(), now=NOW)
    owner = make_user()
    claim = make_claim(products=[tree.land_rover], actor=owner, organisation=torque, state="moderator")
    # Who ever belonged to it does not decide.
    insider = make_moderator()
    make_membership(organisation=torque, member=insider, until=NOW - timedelta(days=9))
    with pytest.raises(NotPermitted, match="their own"):
        accept_claim(claim=claim, products=[tree.land_rover.pk], actor=insider, now=LATER)
    accept_claim(claim=claim, products=[tree.land_rover.pk], actor=make_moderator(), now=LATER)
    torque.refresh_from_db()
    assert (torque.domain, list(torque.scope.all())) == ("torque.example", [tree.land_rover])
    assert torque.memberships.get(member=owner).is_manager
    assert OrganisationAct.objects.filter(organisation=torque, act="scoped").count() == 1


def test_a_rival_claim_to_the_same_organisation_becomes_a_wish_to_join(tree):
    first, second, other = make_user(), make_user(), make_user()
    claim = make_claim(products=[tree.ford], actor=first, state="moderator")
    rival = make_claim(products=[tree.ford], actor=second, name="torque & sons")
    apart = make_claim(products=[tree.ford], actor=other, name="Torque Parts", kind="supplier")
    moderator = make_moderator()
    [seen] = waiting_claims(moderator=moderator, now=LATER)
    assert set(seen.earlier) == {rival, apart}
    accept_claim(claim=claim, products=[tree.ford.pk], actor=moderator, now=LATER)
    rival.refresh_from_db()
    apart.refresh_from_db()
    assert (rival.purpose, rival.state, rival.organisation) == ("join", "managers", Organisation.objects.get())
    assert (apart.purpose, apart.state) == ("claim", "domain")


def test_managers_ask_for_another_scope_and_a_moderator_of_both_gives_it(tree):
    torque = make_organisation(scope=[tree.ford], domain="torque.example")
    boss, mechanic = make_manager(organisation=torque), make_user()
    make_membership(organisation=torque, member=mechanic)
    with pytest.raises(NotPermitted):
        ask_for_scope(organisation=torque, products=[tree.cars], why="More", actor=mechanic, now=NOW)
    with pytest.raises(ClaimRefused, match="already"):
        ask_for_scope(organisation=torque, products=[tree.ford], why="Same", actor=boss, now=NOW)
    wish = ask_for_scope(
        organisation=torque, products=[tree.ford, tree.land_rover], why="We do both", actor=boss, now=NOW
    )
    with pytest.raises(ClaimRefused, match="waits"):
        ask_for_scope(organisation=torque, products=[tree.cars], why="More", actor=boss, now=NOW)
    with pytest.raises(NotPermitted):
        accept_claim(claim=wish, products=[tree.land_rover.pk], actor=make_moderator(product=tree.land_rover), now=NOW)
    accept_claim(claim=wish, products=[tree.ford.pk, tree.land_rover.pk], actor=make_moderator(), now=LATER)
    assert set(torque.scope.all()) == {tree.ford, tree.land_rover}
    assert "from Cars Ford to" in torque.acts.get(act="scoped").words or torque.acts.get(act="scoped").words
    assert torque.memberships.count() == 2


def test_managers_say_what_everybody_reads_with_a_website_at_their_domain(tree):
    torque = make_organisation(scope=[tree.ford], domain="torque.example")
    boss = make_manager(organisation=torque)
    said = {"organisation": torque, "place": " Ulm ", "about": "We mend.", "now": NOW}
    with pytest.raises(DomainRefused):
        describe_organisation(website="https://evil.com", actor=boss, **said)
    with pytest.raises(NotPermitted):
        describe_organisation(website="", actor=make_user(), **said)
    describe_organisation(website="https://www.torque.example/", actor=boss, **said)
    torque.refresh_from_db()
    assert (torque.place, torque.about, torque.website) == ("Ulm", "We mend.", "https://www.torque.example/")
    assert torque.acts.get().words == "place, about, website"


def test_slugs_are_free_and_no_pages(tree):
    Organisation.objects.create(kind="workshop", name="Torque", slug="torque")
    assert free_slug("Torque") == "torque-2"
    assert free_slug("Claim") == "claim-2"
    assert free_slug("日本") == "organisation"


def test_the_database_keeps_the_log_and_the_shape_of_claims(tree):
    act = OrganisationAct.objects.create(
        organisation=make_organisation(), actor=make_user(), act=OrganisationAct.Act.LEFT, at=NOW
    )
    for change in (act.delete, lambda: OrganisationAct.objects.update(words="x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationClaim.objects.create(
            claimant=make_user(), purpose="join", kind="workshop", name="x", state="managers", claimed_at=NOW
        )


def test_the_queue_costs_the_same_however_many_wait(tree, django_assert_max_num_queries):
    for number in range(4):
        make_claim(products=[tree.ford, tree.land_rover], domain=f"d{number}.example", state="moderator")
    moderator = make_moderator()
    with django_assert_max_num_queries(9):
        assert len(waiting_claims(moderator=moderator, now=NOW)) == 4
