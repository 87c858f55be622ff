"""Limits of claims and invitations, and the text record that shows a domain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from accounts.rules.community import whole

RECORD = "fixlore-verify="
"""How the text record of a claim begins."""

RESERVED = frozenset({"claim", "proof", "invitation", "new"})
"""Words that are pages under /org/ and can't be an organisation's."""


@dataclass(frozen=True, slots=True)
class OrganisationRules:
    """Limits of claims, invitations and the mails about them, as the community has set them."""

    open_claims: int = whole(3, "claims", "Claims and wishes of one member that wait at the same time.", least=1)
    proof_days: int = whole(7, "days", "How long the link in a mail to a claimed domain holds.", least=1)
    proof_mails_per_day: int = whole(3, "mails", "Mails to claimed domains that one member can have sent in a day.")
    mails_per_address_and_day: int = whole(
        2, "mails", "Mails about claims and invitations to one address in a day, whoever asks for them."
    )
    record_lookups_per_hour: int = whole(20, "look-ups", "How often one member can have text records looked up.")
    claims_per_day: int = whole(5, "claims", "Claims and wishes that one member can make in a day.")
    invitation_days: int = whole(14, "days", "How long an invitation holds.", least=1)
    invitations_per_day: int = whole(20, "invitations", "Invitations of one organisation in a day.")
    waiting_invitations: int = whole(50, "invitations", "Invitations of one organisation that wait at the same time.")
    products_in_scope: int = whole(8, "products", "Products in one claim or change of scope, each with all below it.")


def plain_name(typed: str) -> str:
    """A name on one line; empty for one that looks like an address, which a mail to strangers must not carry."""
    name = " ".join(typed.split())
    if re.search(r"://|@|\bwww\.", name, re.IGNORECASE) or not name.isprintable():
        return ""
    return name


def record_text(token: str) -> str:
    """The text record that shows a domain, as it stands in the DNS."""
    return f"{RECORD}{token}"
