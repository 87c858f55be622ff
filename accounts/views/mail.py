"""The page behind "no more mails": one big button, which mail programmes may press for their readers (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.actions.notifications import choose_notification_mail
from accounts.models import User
from accounts.queries.mail import member_to_stop


@csrf_exempt  # a mail programme posts without a cookie of ours; the signed token says whose mail it stops
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop all mail about what a member follows; looking at the page stops nothing."""
    member = member_to_stop(token)
    if member is not None and request.method == "POST":
        choose_notification_mail(member=member, wish=User.NotificationMail.NONE)
    stopped = member is not None and member.notification_mail == User.NotificationMail.NONE
    shown = {"known": member is not None, "stopped": stopped}
    return render(request, "accounts/mail_stop.html", shown, status=410 if member is None else 200)
