"""The admin site."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.http import HttpResponse


class FixloreAdminSite(AdminSite):
    """Django's admin: its scripts carry no nonce, so its pages allow the site's own files instead."""

    site_header = "Fixlore administration"
    site_title = "Fixlore"
    index_title = "What the community runs on"

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        inner: Callable[..., Any] = super().admin_view(view, cacheable)
        return csp_replace({"script-src": [SELF]})(inner)
