"""A team: invitations that hold once, roles, and places that end with everything that hung on them."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail, signing

from accounts.actions.erasure import erase_member
from accounts.actions.organisation_claims import ask_to_join
from accounts.actions.organisations import join_organisation
from accounts.actions.team import (
    accept_invitation,
    change_role,
    forget_invitations,
    invite,
    leave_organisation,
    remove_member,
    revoke_invitation,
)
from accounts.actions.tokens import make_token
from accounts.errors import DomainRefused, LastManager, LimitReached, LinkEnded, NotPermitted, NotYours
from accounts.models import Invitation, OrganisationAct, OrganisationClaim, User
from accounts.queries.invitations import waiting_invitations
from accounts.queries.organisations import members_of
from accounts.queries.owned_data import export_of
from accounts.queries.standing import badges_of
from accounts.queries.team import team_of
from accounts.rules.tokens import TokenScope
from tests.builders.accounts import (
    NOW,
    PASSWORD,
    make_membership,
    make_moderator,
    make_organisation,
    make_user,
    set_rule,
)
from tests.builders.organisations import make_claim, make_invitation, make_manager

LATER = NOW + timedelta(hours=1)


def link_in_the_mail() -> str:
    return next(word for word in mail.outbox[-1].body.split() if "/org/invitation/" in word).split("/")[-2]


@pytest.fixture
def torque(tree):
    return make_organisation(scope=[tree.ford], name="Torque", domain="torque.example")


@pytest.fixture
def boss(torque):
    return make_manager(organisation=torque, username="boss")


def test_an_invitation_gives_a_place_once_to_who_has_the_address(torque, boss):
    nina = make_user(username="nina", email="Nina@Example.org")
    make_invitation(organisation=torque, actor=boss, address="nina@example.org")
    token = link_in_the_mail()
    assert mail.outbox[-1].to == ["nina@example.org"]
    [waiting] = waiting_invitations(torque, now=NOW)
    assert waiting.address == "nina@example.org"
    assert "nina" not in waiting.invitation.mail_encrypted + waiting.invitation.mail_digest

    with pytest.raises(NotYours):
        accept_invitation(token=token, actor=make_user(), now=LATER)
    unconfirmed = make_user()
    EmailAddress.objects.create(user=unconfirmed, email="nina@example.org", verified=False)
    with pytest.raises(NotYours):
        accept_invitation(token=token, actor=unconfirmed, now=LATER)

    place = accept_invitation(token=token, actor=nina, now=LATER)
    assert (place.is_manager, place.since) == (False, LATER)
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.accepted_by, invitation.mail_encrypted, invitation.mail_digest) == (
        "accepted", nina, "", "",
    )  # fmt: skip
    with pytest.raises(LinkEnded):
        accept_invitation(token=token, actor=nina, now=LATER)
    assert [row.act for row in torque.acts.order_by("pk")] == ["invited", "joined"]
    assert "nina@" not in str(OrganisationAct.objects.values())


def test_an_invitation_ends_by_time_by_being_revoked_or_sent_again(torque, boss):
    nina = make_user(email="nina@example.org")
    make_invitation(organisation=torque, actor=boss, address="nina@example.org")
    first = link_in_the_mail()
    make_invitation(organisation=torque, actor=boss, address="NINA@example.org", is_manager=True, now=LATER)
    second = link_in_the_mail()
    assert Invitation.objects.count() == 1
    for broken in (first, second[:-1], "x", signing.dumps([Invitation.objects.get().pk, "x"], salt="another")):
        with pytest.raises(LinkEnded):
            accept_invitation(token=broken, actor=nina, now=LATER)
    with pytest.raises(LinkEnded):
        accept_invitation(token=second, actor=nina, now=LATER + timedelta(days=14))
    with pytest.raises(NotPermitted):
        revoke_invitation(invitation=Invitation.objects.get(), actor=nina, now=LATER)
    revoke_invitation(invitation=Invitation.objects.get(), actor=boss, now=LATER)
    with pytest.raises(LinkEnded):
        accept_invitation(token=second, actor=nina, now=LATER)
    assert waiting_invitations(torque, now=LATER) == ()
    assert not torque.memberships.filter(member=nina).exists()


def test_only_managers_invite_and_within_limits(torque, boss):
    mechanic = make_user()
    make_membership(organisation=torque, member=mechanic)
    unverified = make_organisation(is_verified=False)
    for organisation, actor in (
        (torque, mechanic),
        (torque, make_moderator()),
        (make_organisation(), boss),
        (unverified, make_manager(organisation=unverified)),
    ):
        with pytest.raises(NotPermitted):
            make_invitation(organisation=organisation, actor=actor)
    for address in ("a@b.example\nBcc: x@y.example", "a@b@c.example", "a@b.example,c@d.example", "nobody"):
        with pytest.raises(DomainRefused):
            make_invitation(organisation=torque, actor=boss, address=address)
    assert mail.outbox == []
    set_rule(name="organisation_rules.waiting_invitations", value=1)
    make_invitation(organisation=torque, actor=boss, address="a@example.org")
    with pytest.raises(LimitReached):
        make_invitation(organisation=torque, actor=boss, address="b@example.org")
    set_rule(name="organisation_rules.invitations_per_day", value=1)
    with pytest.raises(LimitReached):
        make_invitation(organisation=torque, actor=boss, address="a@example.org")
    assert len(mail.outbox) == 1


def test_an_inviter_learns_nothing_of_who_has_an_account(torque, boss):
    make_user(email="known@example.org")
    seen = []
    for address in ("known@example.org", "unknown@example.org", boss.email):
        invitation = invite(organisation=torque, address=address, is_manager=False, actor=boss, now=NOW)
        seen.append(
            (invitation.state, invitation.is_manager, mail.outbox[-1].body.count("\n"), mail.outbox[-1].subject)
        )
    assert len(set(seen)) == 1
    # Accepting one's own changes nothing of one's place.
    assert accept_invitation(token=link_in_the_mail(), actor=boss, now=LATER).is_manager


def test_who_is_removed_loses_tokens_and_badge_and_the_past_stays(torque, boss, tree):
    nina = make_manager(organisation=torque, username="nina")
    make_invitation(organisation=torque, actor=nina, address="friend@example.org")
    token = make_token(member=nina, name="x", scopes=[TokenScope.READ], organisation=torque, now=NOW).token
    own = make_token(member=nina, name="y", scopes=[TokenScope.READ], now=NOW).token
    with pytest.raises(NotPermitted):
        remove_member(organisation=torque, member=boss, actor=make_user(), now=LATER)
    with pytest.raises(NotPermitted):
        remove_member(organisation=torque, member=boss, actor=boss, now=LATER)

    place = remove_member(organisation=torque, member=nina, actor=boss, now=LATER)

    assert place.until == LATER
    token.refresh_from_db()
    own.refresh_from_db()
    assert (token.revoked_at, own.revoked_at) == (LATER, None)
    assert Invitation.objects.get().state == "revoked"
    with pytest.raises(LinkEnded):
        accept_invitation(token=link_in_the_mail(), actor=make_user(email="friend@example.org"), now=LATER)
    with pytest.raises(NotPermitted):
        make_invitation(organisation=torque, actor=nina, now=LATER)
    act = torque.acts.get(act="removed")
    assert (act.actor, act.subject, act.at) == (boss, nina, LATER)
    # Coming back is a new place; the gap stays a gap.
    join_organisation(organisation=torque, member=nina, now=LATER + timedelta(days=1))
    assert [(row.since < LATER, row.until) for row in torque.memberships.filter(member=nina).order_by("since")] == [
        (True, LATER), (False, None),
    ]  # fmt: skip


def test_the_badge_ends_with_the_place(torque, boss):
    nina = make_user()
    make_membership(organisation=torque, member=nina)
    assert [badge.text for badge in badges_of(nina)] == ["Torque"]
    leave_organisation(organisation=torque, actor=nina, now=NOW - timedelta(days=1))
    assert badges_of(User.objects.get(pk=nina.pk)) == ()
    assert list(members_of(torque)) == [boss]


def test_the_last_manager_names_another_before_leaving_or_stepping_down(torque, boss):
    nina = make_user(username="nina")
    with pytest.raises(LastManager):
        leave_organisation(organisation=torque, actor=boss, now=LATER)
    make_membership(organisation=torque, member=nina)
    for refused in (
        lambda: leave_organisation(organisation=torque, actor=boss, now=LATER),
        lambda: leave_organisation(organisation=torque, actor=boss, successor=boss, now=LATER),
        lambda: change_role(organisation=torque, member=boss, is_manager=False, actor=boss, now=LATER),
    ):
        with pytest.raises(LastManager):
            refused()
    with pytest.raises(NotPermitted):
        leave_organisation(organisation=torque, actor=boss, successor=make_user(), now=LATER)
    with pytest.raises(NotPermitted):
        change_role(organisation=torque, member=nina, is_manager=True, actor=nina, now=LATER)
    assert [place.member for place in team_of(torque, boss, now=LATER).successors(boss)] == [nina]

    leave_organisation(organisation=torque, actor=boss, successor=nina, now=LATER)
    assert torque.memberships.get(member=nina).is_manager
    assert torque.memberships.get(member=boss).until == LATER
    with pytest.raises(NotPermitted):
        leave_organisation(organisation=torque, actor=boss, now=LATER)


def test_a_role_is_changed_by_a_manager_and_written_down(torque, boss):
    nina = make_user(username="nina")
    make_membership(organisation=torque, member=nina)
    change_role(organisation=torque, member=nina, is_manager=True, actor=boss, now=LATER)
    make_invitation(organisation=torque, actor=nina)
    change_role(organisation=torque, member=nina, is_manager=False, actor=boss, now=LATER)
    change_role(organisation=torque, member=nina, is_manager=False, actor=boss, now=LATER)
    assert [row.act for row in torque.acts.order_by("pk")] == ["manager", "invited", "member"]
    assert Invitation.objects.get().state == "revoked"


def test_late_invitations_and_unused_addresses_are_forgotten(torque, boss, tree):
    make_invitation(organisation=torque, actor=boss)
    claim = make_claim(products=[tree.ford])
    OrganisationClaim.objects.filter(pk=claim.pk).update(mail_encrypted="x", mailed_at=NOW)
    assert forget_invitations(now=NOW + timedelta(days=6)) == 0
    assert forget_invitations(now=NOW + timedelta(days=14)) == 2
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.mail_encrypted, invitation.mail_digest) == ("ended", "", "")
    claim.refresh_from_db()
    assert claim.mail_encrypted == ""


def test_claims_and_invitations_are_exported_and_erased_with_the_person(torque, boss, tree):
    make_invitation(organisation=torque, actor=boss, address="secret@example.org")
    person = make_user(username="erdmute", email="erdmute@example.org")
    other = make_manager(organisation=torque, username="other")
    make_invitation(organisation=torque, actor=other, address="erdmute@example.org")
    make_claim(products=[tree.ford], actor=person, domain="erdmute.example")
    ask_to_join(organisation=torque, why="please", actor=person, now=NOW)
    said = export_of(person)
    assert [row["domain"] for row in said["claims_of_organisations"]] == ["torque.example", "erdmute.example"]
    assert [row["sent_by_you"] for row in said["invitations"]] == [False]
    assert len(export_of(boss)["done_in_organisations"]) == 1
    assert "secret@" not in str(said)

    erase_member(member=person, password=PASSWORD, now=LATER)
    assert not OrganisationClaim.objects.exists()
    assert [row.state for row in Invitation.objects.order_by("pk")] == ["waiting", "revoked"]
    erase_member(member=boss, password=PASSWORD, now=LATER)
    assert not Invitation.objects.filter(state="waiting").exists()
    assert torque.acts.count() == 2
    assert "erdmute" not in str(OrganisationAct.objects.values()) + str(Invitation.objects.values())


def test_a_team_costs_the_same_whatever_its_size(torque, boss, django_assert_max_num_queries):
    for number in range(3):
        make_membership(organisation=torque, member=make_user())
        make_invitation(organisation=torque, actor=boss, address=f"a{number}@example.org")
        ask_to_join(organisation=torque, why="please", actor=make_user(), now=NOW)
    reader = User.objects.get(pk=boss.pk)
    with django_assert_max_num_queries(8):
        team = team_of(torque, reader, now=NOW)
        assert [row.claimant.username for row in team.requests]
        assert [(len(part)) for part in (team.places, team.invitations, team.requests, team.acts)] == [4, 3, 3, 3]
