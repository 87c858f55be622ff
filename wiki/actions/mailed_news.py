"""Mail what members were told: one mail for all that waits, at once or once a day, each thing once."""

from __future__ import annotations

import datetime
import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.actions.notifications import claim_for_mail, give_back
from accounts.models import User
from accounts.queries.mail import stop_token
from wiki.errors import MailRefused
from wiki.queries.inbox import Group, told

log = logging.getLogger(__name__)
MOST_NAMED = 40
"""Things that one mail names; it says how many more stand in the inbox."""


def mail_news(*, member: User, now: datetime.datetime) -> bool:
    """Mail a member what is due; says whether a mail left. Raises `MailRefused`, and then it is tried again.

    News counts as mailed before the mail leaves: a process that dies in between costs one mail, which the inbox makes
    good, and nobody ever gets one twice. An address that the server refuses is not tried again with the same news.
    """
    rows = claim_for_mail(member=member, now=now)
    groups = [group for group in told(rows, member) if group.url]
    if not groups:
        return False
    try:
        _message(member, groups).send()
    except smtplib.SMTPRecipientsRefused:
        log.warning("The mail server refuses the address of member %s.", member.pk)
        give_back(notifications=rows, for_good=True)
        return False
    except (OSError, smtplib.SMTPException) as error:
        log.exception("The news of member %s did not leave.", member.pk)
        give_back(notifications=rows)
        raise MailRefused from error
    return True


def _message(member: User, groups: list[Group]) -> EmailMultiAlternatives:
    stop = settings.SITE_URL + reverse("accounts:mail-stop", args=[stop_token(member)])
    shown = {
        "groups": groups[:MOST_NAMED],
        "more": max(0, len(groups) - MOST_NAMED),
        "site": settings.SITE_URL,
        "inbox": settings.SITE_URL + reverse("wiki:inbox"),
        "settings": settings.SITE_URL + reverse("accounts:settings"),
        "stop": stop,
    }
    subject = f"News: {groups[0].title}" if len(groups) == 1 else f"News of {len(groups)} things you follow"
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:150],
        body=render_to_string("wiki/mail/news.txt", shown),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[member.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("wiki/mail/news.html", shown), "text/html")
    return message
