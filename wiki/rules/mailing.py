"""How much mail one address can be sent, and how long its links hold."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MailRules:
    """Limits of reports without an account, as the community has set them."""

    link_days: int = field(default=7, metadata={"unit": "days", "help": "How long a mailed link can publish a report."})
    outcomes_per_address_and_day: int = field(
        default=5, metadata={"unit": "reports", "help": "Reports without an account from one mail address in a day."}
    )
