"""Who takes part."""

from accounts.models.api_token import ApiToken
from accounts.models.calibration import CalibrationEvent
from accounts.models.community_rule import CommunityRule, CommunityRuleChange
from accounts.models.garage import OwnedProduct
from accounts.models.notification import Notification
from accounts.models.organisation import Membership, Organisation, Scope
from accounts.models.organisation_act import OrganisationAct
from accounts.models.organisation_claim import Invitation, OrganisationClaim
from accounts.models.reputation import ReputationEvent
from accounts.models.role import Role
from accounts.models.user import User

__all__ = [
    "ApiToken",
    "CalibrationEvent",
    "CommunityRule",
    "CommunityRuleChange",
    "Invitation",
    "Membership",
    "Notification",
    "Organisation",
    "OrganisationAct",
    "OrganisationClaim",
    "OwnedProduct",
    "ReputationEvent",
    "Role",
    "Scope",
    "User",
]
