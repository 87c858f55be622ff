"""How long notifications are kept, and how much a member may follow."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NotificationRules:
    """Limits of following, as the community has set them."""

    kept_days: int = field(
        default=365, metadata={"unit": "days", "help": "How long a notification stays in a member's inbox."}
    )
    most_followed: int = field(
        default=500, metadata={"unit": "things", "help": "Products, problems and issues that one member may follow."}
    )
