"""Erase a person: what is private goes, what others built on stays with a nameless member."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.errors import WrongPassword
from accounts.models import User
from accounts.queries.owned_data import owned_data_modules


@transaction.atomic
def erase_member(*, member: User, password: str, now: datetime) -> User:
    """Erase the member from every app and return the nameless row; raises WrongPassword.

    The password is typed again because nothing brings the data back. Sessions end with it: they are bound to the
    password's hash.
    """
    if not member.check_password(password):
        raise WrongPassword
    locked = User.objects.select_for_update().get(pk=member.pk)
    for module in owned_data_modules():
        module.erase(locked, now)
    return locked
