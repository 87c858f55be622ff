"""Mail to an address whose owner may be no member: the links that show a domain and that invite."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.errors import MailNotSent

log = logging.getLogger(__name__)


def mail_stranger(*, address: str, subject: str, template: str, shown: Mapping[str, Any]) -> None:
    """Send a text after the transaction that it tells of; its subject ends at 150 letters.

    Raises MailNotSent where it did not leave; the log names neither the address nor what was said.
    """
    message = EmailMessage(
        subject=subject[:150],
        body=render_to_string(template, dict(shown)),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        log.exception("A mail by %s did not leave.", template)
        raise MailNotSent from error
