"""An organisation's team: invite, accept, change what somebody may do, end a place."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.actions.notifications import notify
from accounts.actions.organisation_log import note_act
from accounts.actions.organisations import join_organisation
from accounts.actions.strangers_mail import mail_stranger
from accounts.domains import plain_mail_address
from accounts.encryption import encrypt
from accounts.errors import LastManager, LimitReached, LinkEnded, NotPermitted, NotYours
from accounts.models import ApiToken, Invitation, Membership, Organisation, OrganisationAct, OrganisationClaim, User
from accounts.queries.community_rules import load
from accounts.queries.invitations import digest_of_address, invitation_behind, invitation_token, is_for
from accounts.queries.organisations import managers_of, require_manager, running
from accounts.rules.organisations import OrganisationRules

Act = OrganisationAct.Act
ELSEWHERE = (
    "This invitation went to another mail address than those that you confirmed. Sign in with that one, or add it to "
    "your account first."
)


def invite(*, organisation: Organisation, address: str, is_manager: bool, actor: User, now: datetime) -> Invitation:
    """Invite a mail address by a link that holds once; inviting it again sends a new link, and the old one ends.

    Whether somebody here has the address makes no difference that the inviter could see. Raises NotPermitted,
    DomainRefused, LimitReached, and MailNotSent where the mail did not leave: the invitation waits, to be sent again.
    """
    mail = plain_mail_address(address)
    with transaction.atomic():
        locked = _managed(organisation, actor, now)
        invitation = _invitation(locked, mail, is_manager, actor, now)
        words = "as a manager" if is_manager else "as a member"
        note_act(organisation=locked, act=Act.INVITED, actor=actor, words=words, now=now)
    shown = {
        "invitation": invitation,
        "inviter": actor,
        "address": settings.SITE_URL + reverse("accounts:invitation", args=[invitation_token(invitation)]),
        "days": load(OrganisationRules).invitation_days,
    }
    subject = f"{' '.join(locked.name.split())} invites you to its team on Fixlore"
    mail_stranger(address=mail, subject=subject, template="accounts/mail/invitation.txt", shown=shown)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User, now: datetime) -> Invitation:
    """End an invitation that waits; its address is forgotten. Raises NotPermitted; a second time changes nothing."""
    organisation = _managed(invitation.organisation, actor, now)
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.state == Invitation.State.WAITING:
        _end_invitation(locked, Invitation.State.REVOKED, now)
        note_act(organisation=organisation, act=Act.REVOKED, actor=actor, now=now)
    return locked


@transaction.atomic
def accept_invitation(*, token: str, actor: User, now: datetime) -> Membership:
    """Take the place that a mailed link offers, as who has the address it went to. Raises LinkEnded and NotYours."""
    found = invitation_behind(token, now=now)
    organisation = Organisation.objects.select_for_update().get(pk=found.organisation_id)
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.state != Invitation.State.WAITING:
        raise LinkEnded
    if not is_for(invitation, actor):
        raise NotYours(ELSEWHERE)
    place = organisation.memberships.filter(running(now), member=actor).first()
    is_manager = invitation.is_manager or (place is not None and place.is_manager)
    joined = join_organisation(organisation=organisation, member=actor, is_manager=is_manager, now=now)
    invitation.accepted_by = actor
    _end_invitation(invitation, Invitation.State.ACCEPTED, now)
    words = "as a manager" if is_manager else "as a member"
    note_act(organisation=organisation, act=Act.JOINED, actor=actor, words=words, now=now)
    OrganisationClaim.objects.filter(
        claimant=actor, organisation=organisation, state=OrganisationClaim.State.MANAGERS
    ).update(state=OrganisationClaim.State.ACCEPTED, decided_at=now, decided_by=invitation.invited_by)
    return joined


@transaction.atomic
def change_role(
    *, organisation: Organisation, member: User, is_manager: bool, actor: User, now: datetime
) -> Membership:
    """Make a member a manager, or a manager a member. Raises NotPermitted, and LastManager for the only one."""
    locked = _managed(organisation, actor, now)
    place = _place(locked, member, now)
    if place.is_manager == is_manager:
        return place
    if not is_manager:
        _require_another_manager(locked, member, now)
        _revoke_invitations_of(locked, member, now)
    place.is_manager = is_manager
    place.save(update_fields=["is_manager"])
    act = Act.MADE_MANAGER if is_manager else Act.MADE_MEMBER
    note_act(organisation=locked, act=act, actor=actor, subject=member, now=now)
    _tell(locked, member, "org_manager" if is_manager else "org_member", now)
    return place


@transaction.atomic
def remove_member(*, organisation: Organisation, member: User, actor: User, now: datetime) -> Membership:
    """End somebody's place: what they wrote keeps the badge, what they write from now on has none.

    Their tokens for the organisation and, of a manager, the invitations they sent end too. Raises NotPermitted; oneself
    one leaves.
    """
    locked = _managed(organisation, actor, now)
    if member == actor:
        raise NotPermitted("You can leave; nobody removes themselves.")
    place = _ended(locked, _place(locked, member, now), now)
    note_act(organisation=locked, act=Act.REMOVED, actor=actor, subject=member, now=now)
    _tell(locked, member, "org_removed", now)
    return place


@transaction.atomic
def leave_organisation(
    *, organisation: Organisation, actor: User, now: datetime, successor: User | None = None
) -> Membership:
    """End one's own place; the last manager names a successor among the members. Raises NotPermitted, LastManager."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    place = _place(locked, actor, now)
    bound = place.is_manager and locked.verified_at is not None
    if bound and successor is not None and successor != actor:
        change_role(organisation=locked, member=successor, is_manager=True, actor=actor, now=now)
    if bound:
        _require_another_manager(locked, actor, now)
    _ended(locked, place, now)
    note_act(organisation=locked, act=Act.LEFT, actor=actor, now=now)
    return place


@transaction.atomic
def forget_invitations(*, now: datetime) -> int:
    """End what was not answered in time, and forget the addresses of links that hold no longer; says how many."""
    late = Invitation.objects.filter(state=Invitation.State.WAITING, expires_at__lte=now)
    count = late.update(state=Invitation.State.ENDED, ended_at=now, mail_encrypted="", mail_digest="")
    before = now - timedelta(days=load(OrganisationRules).proof_days)
    unused = OrganisationClaim.objects.filter(state=OrganisationClaim.State.DOMAIN, mailed_at__lte=before)
    return count + unused.exclude(mail_encrypted="").update(mail_encrypted="")


def _invitation(organisation: Organisation, mail: str, is_manager: bool, actor: User, now: datetime) -> Invitation:
    rules = load(OrganisationRules)
    digest = digest_of_address(mail)
    waiting = Invitation.objects.filter(organisation=organisation, state=Invitation.State.WAITING)
    invitation = waiting.filter(mail_digest=digest).select_for_update().first()
    made = organisation.acts.filter(act=Act.INVITED, at__gt=now - timedelta(days=1)).count()
    if made >= rules.invitations_per_day:
        raise LimitReached(f"{rules.invitations_per_day} invitations are sent in a day. Please go on tomorrow.")
    if invitation is None and waiting.filter(expires_at__gt=now).count() >= rules.waiting_invitations:
        raise LimitReached(f"{rules.waiting_invitations} invitations wait. Revoke some, or wait for answers.")
    invitation = invitation or Invitation(organisation=organisation, mail_digest=digest)
    invitation.mail_encrypted = encrypt(mail)
    invitation.is_manager = is_manager
    invitation.invited_by = actor
    invitation.invited_at = now
    invitation.expires_at = now + timedelta(days=rules.invitation_days)
    invitation.save()
    return invitation


def _managed(organisation: Organisation, actor: User, now: datetime) -> Organisation:
    """The organisation, locked, so that two managers can't remove each other at once."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require_manager(locked, actor, now=now)
    return locked


def _place(organisation: Organisation, member: User, now: datetime) -> Membership:
    place = organisation.memberships.filter(running(now), member=member).first()
    if place is None:
        raise NotPermitted(f"{member} has no place in {organisation.name}.")
    return place


def _require_another_manager(organisation: Organisation, member: User, now: datetime) -> None:
    if not managers_of(organisation, now=now).exclude(member=member).exists():
        raise LastManager


def _ended(organisation: Organisation, place: Membership, now: datetime) -> Membership:
    place.until = now
    place.save(update_fields=["until"])
    tokens = ApiToken.objects.filter(member_id=place.member_id, organisation=organisation, revoked_at__isnull=True)
    tokens.update(revoked_at=now)
    _revoke_invitations_of(organisation, place.member, now)
    return place


def _revoke_invitations_of(organisation: Organisation, manager: User, now: datetime) -> None:
    """Who manages no more lets nobody in any more."""
    rows = Invitation.objects.filter(organisation=organisation, invited_by=manager, state=Invitation.State.WAITING)
    for invitation in rows.select_for_update():
        _end_invitation(invitation, Invitation.State.REVOKED, now)


def _end_invitation(invitation: Invitation, state: str, now: datetime) -> None:
    invitation.state = state
    invitation.ended_at = now
    invitation.mail_encrypted = invitation.mail_digest = ""
    invitation.save()


def _tell(organisation: Organisation, member: User, kind: str, now: datetime) -> None:
    state = now.isoformat(timespec="seconds")
    notify(members=[member.pk], kind=kind, about="team", object_id=organisation.pk, state=state, now=now)
