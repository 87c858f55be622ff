"""Answers `user.has_perm(perm, product)` for roles held on a product or an ancestor."""

from django.contrib.auth.backends import BaseBackend


class ProductRoleBackend(BaseBackend):
    """Placeholder."""
