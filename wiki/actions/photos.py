"""Acts on photos: add, remove."""

from __future__ import annotations

import datetime
import secrets
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from accounts.queries.community_rules import load
from accounts.queries.limits import is_new
from accounts.queries.privileges import require as require_privilege
from accounts.rules.limits import NewMemberLimits
from wiki.actions.locking import lock, lock_present
from wiki.actions.revising import post_field
from wiki.errors import NotAllowed, TooManyPhotos
from wiki.models import Fix, Outcome, Photo, Problem
from wiki.permissions import author_of, may_edit_any, product_of, refusal_to_delete, require
from wiki.photographs import CleanPhoto, clean_photo

MOST = 12
"""Photos that one post keeps."""


def add_photo(
    *, post: Problem | Fix | Outcome, upload: IO[bytes], caption: str, actor: User, now: datetime.datetime
) -> Photo:
    """Keep a photo on a problem, a fix or one's own outcome: decoded, encoded anew, under a random name.

    Raises `PhotoRefused` for a file that is none, `TooManyPhotos`, `NotAllowed` on others' fixes and outcomes.
    """
    # Decoding takes a second at worst: before the transaction, so that no lock waits for it.
    return _keep(post=post, clean=clean_photo(upload), caption=caption, actor=actor, now=now)


@transaction.atomic
def _keep(
    *, post: Problem | Fix | Outcome, clean: CleanPhoto, caption: str, actor: User, now: datetime.datetime
) -> Photo:
    locked = lock_present(post)
    product = product_of(locked)
    require_privilege(actor, "post", product)
    own = author_of(locked) == actor
    if not own and (isinstance(locked, Outcome) or not may_edit_any(actor, product)):
        raise NotAllowed("Photos are added by the author of a post and by experienced members.")
    kept = locked.photos.exclude(state=Photo.State.DELETED)
    if kept.count() >= MOST:
        raise TooManyPhotos
    most = load(NewMemberLimits).images
    if is_new(actor) and kept.filter(uploaded_by=actor).count() >= most:
        raise TooManyPhotos(f"A new member can add {most} photo to a post; more with some reputation.")
    name = f"{secrets.token_hex(16)}.{clean.extension}"
    photo = Photo(
        width=clean.width,
        height=clean.height,
        caption=caption.strip(),
        uploaded_by=actor,
        created_at=now,
        **{post_field(locked): locked},
    )
    photo.image.save(name, ContentFile(clean.bytes), save=False)
    photo.thumbnail.save(f"t-{name}", ContentFile(clean.thumb), save=False)
    try:
        photo.save()
    except BaseException:
        _drop_files(photo)
        raise
    return photo


@transaction.atomic
def remove_photo(*, photo: Photo, actor: User, now: datetime.datetime) -> None:
    """Take a photo away, its files too: a picture can show a face or a number plate."""
    locked = lock(photo)
    require(refusal_to_delete(actor, locked))
    locked.state = Photo.State.DELETED
    locked.save(update_fields=["state"])
    transaction.on_commit(lambda: _drop_files(locked))


def _drop_files(photo: Photo) -> None:
    for stored in (photo.image, photo.thumbnail):
        if stored.name:
            stored.storage.delete(stored.name)
