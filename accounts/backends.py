"""Who may sign in, and what they may do: answers `user.has_perm(perm, product)` from roles and memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model

from accounts.queries.standing import standing_of, with_what_is_missing
from accounts.rules.permissions import permissions_of
from products.models import Product

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ProductRoleBackend(AuthenticationBackend):
    """Signs in by mail address and answers permissions from roles held on a product or an ancestor.

    It stands alone in `AUTHENTICATION_BACKENDS`: Django's permission and group tables are not used, so that there is
    one place where a right comes from. The first question about a person costs two queries (roles, memberships with
    their scopes), every later one on the same user object none, whatever the product.
    """

    def get_user(self, user_id: int) -> User | None:
        """The signed-in person, knowing what they lack, which spares most readers three queries."""
        user = with_what_is_missing(get_user_model()._default_manager).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Any = None) -> bool:
        """Whether the person may do this; with a product, on that product. Without one: everywhere."""
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        if obj is not None and not isinstance(obj, Product):
            return False
        return permissions_of(standing_of(user_obj).held_on(obj), perm)

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        """Whether the admin site shows an app: to moderators and admins."""
        return self.has_perm(user_obj, f"{app_label}.view_app")

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """No list exists: permissions are answered one by one."""
        return set()

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """None are stored."""
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """None are stored."""
        return set()
