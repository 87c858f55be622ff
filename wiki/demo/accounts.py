"""The accounts that a visitor of a demonstration site can sign in with."""

from dataclasses import dataclass

from accounts.models import User

# Known to everybody who reads this file: production refuses to start while such an account can sign in.
PASSWORD = "try-the-switch-first"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    """A demonstration account with its role in a word."""

    name: str
    mail: str
    password: str


def demo_accounts() -> list[DemoAccount]:
    """The demonstration accounts that can sign in."""
    members = User.objects.filter(is_demonstration=True, email__endswith="@demo.example").order_by("pk")
    return [DemoAccount(m.username, m.email, PASSWORD) for m in members if m.has_usable_password()]
