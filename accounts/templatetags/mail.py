"""Where mail goes on this site."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def mail_is_printed() -> bool:
    """Whether mail is printed in the terminal of the server instead of being sent, as on a development site."""
    return bool(settings.EMAIL_BACKEND.endswith(".console.EmailBackend"))
