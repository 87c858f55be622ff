"""The admin site."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

NOT_ADMINISTERED = {"auth.Group", "mfa.Authenticator"}


class FixloreAdminSite(AdminSite):
    """Django's admin: its scripts carry no nonce, so its pages allow the site's own files instead.

    Moderators and admins enter by the site's own sign-in; in production they need a second factor.
    """

    site_header = "Fixlore administration"
    site_title = "Fixlore"
    index_title = "What the community runs on"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Leave out Django's groups and stored second factors: rights come from roles, secrets are nobody's to see."""
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else [*model_or_iterable]
        shown = [model for model in models if model._meta.label not in NOT_ADMINISTERED]
        super().register(shown, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Give a page of the admin the policy that it works under."""
        return csp_replace({"script-src": [SELF]})(super().admin_view(view, cacheable))

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person may enter: by role, with a second factor where the site is a real one."""
        return request.user.has_perm("accounts.enter_admin") and not self._lacks_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send a stranger to the site's sign-in, and a moderator without a second factor to setting one up."""
        back = request.GET.get("next") or request.get_full_path()
        if not request.user.is_authenticated:
            return redirect_to_login(back)
        if not request.user.has_perm("accounts.enter_admin"):
            raise PermissionDenied
        if self._lacks_second_factor(request):
            messages.warning(request, "The administration opens once you have set up a second factor.")
            return redirect("mfa_activate_totp")
        return redirect("admin:index")

    @staticmethod
    def _lacks_second_factor(request: HttpRequest) -> bool:
        return settings.PRODUCTION and request.user.is_authenticated and not is_mfa_enabled(request.user)
