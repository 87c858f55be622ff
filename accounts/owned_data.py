"""What accounts holds of a person: the export, and what erasure leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from accounts.encryption import decrypt
from accounts.models import (
    ApiToken,
    CalibrationEvent,
    CommunityRuleChange,
    Invitation,
    Membership,
    Notification,
    OrganisationAct,
    OrganisationClaim,
    OwnedProduct,
    ReputationEvent,
    Role,
    User,
)
from accounts.queries.invitations import digest_of_address
from products.models import UnmatchedName

EXPORTS: dict[str, str] = {
    "accounts.OwnedProduct.member": "Serial numbers, names, usage and dates of your garage are deleted.",
    "accounts.Membership.member": "Your places in organisations are deleted.",
    "accounts.Notification.member": "What you were told of is deleted.",
    "accounts.Organisation.verified_by": "Decisions you made for the community stay, by a nameless member.",
    "accounts.OrganisationClaim.claimant": "What you claimed or asked of organisations is deleted.",
    "accounts.OrganisationClaim.decided_by": "Decisions you made for the community stay, by a nameless member.",
    "accounts.Invitation.invited_by": "Those you sent that wait are revoked; the others stay, by a nameless member.",
    "accounts.Invitation.accepted_by": "Those you accepted stay, by a nameless member; those to you are revoked.",
    "accounts.OrganisationAct.actor": "The log of an organisation stays, by a nameless member.",
    "accounts.OrganisationAct.subject": "The log of an organisation stays, about a nameless member.",
    "accounts.ApiToken.member": "Your API tokens are deleted and work no longer.",
    "accounts.Role.member": "Your roles are deleted.",
    "accounts.Role.granted_by": "Decisions you made for the community stay, by a nameless member.",
    "accounts.ReputationEvent.member": "The reputation ledger stays, as that of a nameless member.",
    "accounts.ReputationEvent.actor": "The reputation you gave to others stays with them.",
    "accounts.CalibrationEvent.member": "The calibration ledger stays, as that of a nameless member.",
    "accounts.CommunityRuleChange.changed_by": "Decisions you made for the community stay, by a nameless member.",
}


def export(member: User) -> dict[str, list[dict[str, Any]]]:
    """Account, garage, organisations, roles and ledger."""
    return {
        "account": [
            {
                "name": member.username,
                "mail": member.email,
                "about": member.about,
                "hourly_wage": None if member.hourly_wage is None else str(member.hourly_wage),
                "reputation": member.reputation,
                "points_of_trust": member.calibration,
                "accuracy": member.accuracy,
                "accuracy_of_flags": member.flag_accuracy,
                "mail_about_what_you_follow": member.notification_mail,
                "joined_at": member.date_joined.isoformat(),
            }
        ],
        "mail_addresses": [
            {"mail": row.email, "confirmed": row.verified} for row in EmailAddress.objects.filter(user=member)
        ],
        "garage": [
            {
                "product": row.product.full_name,
                "name": row.nickname,
                "serial": decrypt(row.serial_encrypted),
                "usage": row.usage,
                "usage_unit": row.usage_unit,
                "bought_on": row.bought_on and row.bought_on.isoformat(),
                "under_warranty": row.under_warranty,
                "added_at": row.created_at.isoformat(),
                "retired_at": row.retired_at and row.retired_at.isoformat(),
            }
            for row in OwnedProduct.objects.filter(member=member).select_related("product")
        ],
        "organisations": [
            {
                "organisation": row.organisation.name,
                "manager": row.is_manager,
                "since": row.since.isoformat(),
                "until": row.until and row.until.isoformat(),
            }
            for row in Membership.objects.filter(member=member).select_related("organisation")
        ],
        "claims_of_organisations": [
            {
                "what": row.get_purpose_display(),
                "organisation": row.name,
                "domain": row.domain,
                "why": row.why,
                "mail_went_to": decrypt(row.mail_encrypted),
                "state": row.get_state_display(),
                "reason": row.reason,
                "claimed_at": row.claimed_at.isoformat(),
                "decided_at": row.decided_at and row.decided_at.isoformat(),
            }
            for row in OrganisationClaim.objects.filter(claimant=member)
        ],
        "invitations": [
            {
                "organisation": row.organisation.name,
                "sent_by_you": row.invited_by_id == member.pk,
                "state": row.get_state_display(),
                "at": row.invited_at.isoformat(),
            }
            for row in _invitations_of(member)
        ],
        "done_in_organisations": [
            {
                "organisation": row.organisation.name,
                "by_you": row.actor_id == member.pk,
                "what": row.get_act_display(),
                "words": row.words,
                "at": row.at.isoformat(),
            }
            for row in OrganisationAct.objects.filter(Q(actor=member) | Q(subject=member)).select_related(
                "organisation"
            )
        ],
        "api_tokens": [
            {
                "name": row.name,
                "begins": row.beginning,
                "scopes": row.scopes,
                "made_at": row.created_at.isoformat(),
                "last_used_on": row.last_used_on and row.last_used_on.isoformat(),
                "revoked_at": row.revoked_at and row.revoked_at.isoformat(),
            }
            for row in ApiToken.objects.filter(member=member)
        ],
        "roles": [
            {"role": row.name, "product": row.product and row.product.full_name, "since": row.granted_at.isoformat()}
            for row in Role.objects.filter(member=member).select_related("product")
        ],
        "reputation": [
            {"points": row.points, "event": row.event, "cause": row.cause, "at": row.created_at.isoformat()}
            for row in ReputationEvent.objects.filter(member=member)
        ],
        "trust": [
            {"points": row.points, "words": row.words, "cause": row.cause, "at": row.created_at.isoformat()}
            for row in CalibrationEvent.objects.filter(member=member)
        ],
        "notifications": [
            {
                "what": row.kind,
                "about": f"{row.about} {row.object_id}",
                "state": row.state,
                "at": row.at.isoformat(),
                "read_at": row.read_at and row.read_at.isoformat(),
                "mailed_at": row.mailed_at and row.mailed_at.isoformat(),
            }
            for row in Notification.objects.filter(member=member)
        ],
        "community_rules_changed": [
            {
                "rule": row.name,
                "from": row.before,
                "to": row.after,
                "reason": row.reason,
                "at": row.changed_at.isoformat(),
            }
            for row in CommunityRuleChange.objects.filter(changed_by=member)
        ],
    }


def erase(member: User, now: datetime) -> None:
    """Take the name, the addresses and everything private; what others built on stays with a nameless member."""
    # Outcomes stand on owned products (one per person, remedy and product), so the bare rows stay.
    OwnedProduct.objects.filter(member=member).update(
        nickname="",
        serial_encrypted="",
        usage=None,
        bought_on=None,
        under_warranty=False,
        is_default=False,
        possession_shown_at=None,
        retired_at=now,
    )
    Membership.objects.filter(member=member).delete()
    OrganisationClaim.objects.filter(claimant=member).delete()
    _invitations_of(member).filter(state=Invitation.State.WAITING).update(
        state=Invitation.State.REVOKED, ended_at=now, mail_encrypted="", mail_digest=""
    )
    Role.objects.filter(member=member).delete()
    Notification.objects.filter(member=member).delete()
    ApiToken.objects.filter(member=member).delete()
    EmailAddress.objects.filter(user=member).delete()
    Authenticator.objects.filter(user=member).delete()
    nameless = f"former-{uuid4().hex[:16]}"
    # The catalogue knows no users, only the name of who decided.
    UnmatchedName.objects.filter(decided_by=member.username).update(decided_by=nameless)
    member.username = nameless
    member.email = f"{nameless}@erased.invalid"
    member.about = ""
    member.hourly_wage = None
    member.is_active = member.is_staff = member.is_superuser = False
    member.last_login = None
    member.erased_at = now
    member.set_unusable_password()
    member.save()


def _invitations_of(member: User) -> QuerySet[Invitation]:
    """Those that the person sent, accepted, or has waiting at a confirmed address."""
    addresses = EmailAddress.objects.filter(user=member, verified=True).values_list("email", flat=True)
    received = Q(mail_digest__in=[digest_of_address(address) for address in addresses])
    return Invitation.objects.filter(Q(invited_by=member) | Q(accepted_by=member) | received).select_related(
        "organisation"
    )
