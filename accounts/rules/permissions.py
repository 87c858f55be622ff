"""What each role may do. Pure: names in, a yes or no out."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal

RoleName = Literal["moderator", "admin", "professional", "staff"]

# Each permission that pages and actions ask for, with the roles that hold it on their product and everything below it.
PERMISSIONS: dict[str, frozenset[RoleName]] = {
    "wiki.see_hidden": frozenset({"moderator", "admin"}),
    "wiki.moderate": frozenset({"moderator", "admin"}),
    "wiki.edit_any": frozenset({"moderator", "admin"}),
    "wiki.answer_officially": frozenset({"staff"}),
    "wiki.confirm_professionally": frozenset({"professional"}),
    "accounts.enter_admin": frozenset({"moderator", "admin"}),
    "accounts.verify_organisation": frozenset({"moderator", "admin"}),
}

# What moderators change in the admin site; everything else they only view, and admins change all.
CHANGED_BY_MODERATORS = frozenset(
    f"accounts.{act}_{model}"
    for act in ("add", "change", "delete")
    for model in ("organisation", "membership", "scope")
) | {"accounts.change_ownedproduct", "wiki.add_synonym", "wiki.delete_synonym"}

# What moderators may view: not the second factors, sessions and addresses that other apps keep.
OWN_APPS = frozenset({"products", "accounts", "wiki"})


def permissions_of(roles: Set[RoleName], permission: str) -> bool:
    """Whether one of the roles carries the permission.

    Django's own names (`app.view_model`, `app.change_model` …) are answered for the admin site: admins hold all,
    moderators view what Fixlore's own apps keep, change posts of the wiki and care for organisations.
    """
    listed = PERMISSIONS.get(permission)
    if listed is not None:
        return not listed.isdisjoint(roles)
    if "admin" in roles:
        return True
    if "moderator" in roles:
        app, _, act = permission.partition(".")
        views = app in OWN_APPS and act.startswith("view_")
        return views or permission.startswith("wiki.change_") or permission in CHANGED_BY_MODERATORS
    return False
