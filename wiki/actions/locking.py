"""Every act reads its post again under a row lock, so that it decides on what stands, not on what was shown."""

from typing import TypeVar

from accounts.models import User
from wiki.errors import PostGone
from wiki.models import Comment, DiagnosticTest, Fix, Outcome, Photo, Problem
from wiki.permissions import is_present

Lockable = TypeVar("Lockable", bound=Problem | Fix | Comment | Outcome | Photo | DiagnosticTest)


def lock(post: Lockable) -> Lockable:
    """The post as it is now, locked until the transaction ends; raises `PostGone`."""
    locked = type(post).objects.select_for_update().filter(pk=post.pk).first()
    if locked is None:
        raise PostGone
    return locked


def lock_people(*people: User | None) -> dict[int, User]:
    """The people whose ledgers an act will touch, locked in one order, so that two acts never wait for each other.

    Posts are locked before people.
    """
    wanted = {person.pk for person in people if person is not None}
    return {user.pk: user for user in User.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}


def lock_present(post: Lockable) -> Lockable:
    """The same for a post to build on: raises `PostGone` where it is hidden or deleted, or what it stands on is."""
    locked = lock(post)
    if not is_present(locked):
        raise PostGone
    return locked
