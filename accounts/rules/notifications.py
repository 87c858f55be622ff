"""How long notifications are kept, and how much a member may follow."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NotificationRules:
    """Limits of following, as the community has set them."""

    kept_days: int = field(
        default=365, metadata={"unit": "days", "help": "How long a notification stays in a member's inbox."}
    )
    mail_days: int = field(
        default=7,
        metadata={"unit": "days", "help": "News older than this is not mailed any more; it stands in the inbox."},
    )
    most_followed: int = field(
        default=500, metadata={"unit": "things", "help": "Products, problems and issues that one member may follow."}
    )


def digest_until(now: datetime) -> datetime:
    """News from before this moment goes into the daily mail: that of the days before today, by the site's clock."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
