"""Adding and removing photos."""

import datetime

import pytest
from django.core.files.storage import default_storage

from tests.builders.accounts import NOW, make_staff, make_user
from tests.builders.products import a_make
from tests.builders.wiki import (
    make_experienced,
    make_fix,
    make_outcome,
    make_problem,
    make_regular,
    photo_file,
    problem_draft,
)
from wiki.actions.photos import add_photo, remove_photo
from wiki.actions.problems import ask_problem
from wiki.errors import NotAllowed, TooManyPhotos
from wiki.models import Photo
from wiki.photographs import PhotoRefused

pytestmark = pytest.mark.django_db


def add(post, actor, **fields):
    """A small photo on the post."""
    return add_photo(post=post, upload=photo_file(**fields), caption="The switch", actor=actor, now=NOW)


def test_a_photo_is_stored_under_a_random_name_with_its_thumbnail():
    author = make_regular()
    photo = add(make_fix(author=author), author, size=(1200, 900), name="IMG_me.jpg")

    assert photo.image.name.startswith("photos/")
    assert "IMG" not in photo.image.name
    assert default_storage.exists(photo.image.name)
    assert default_storage.exists(photo.thumbnail.name)
    assert (photo.width, photo.height) == (1200, 900)


def test_photos_come_from_the_author_or_an_experienced_member_and_on_outcomes_from_the_reporter():
    fix, outcome = make_fix(), make_outcome()
    with pytest.raises(NotAllowed):
        add(fix, make_regular())
    with pytest.raises(NotAllowed):
        add(outcome, make_experienced())
    assert add(fix, make_experienced())
    assert add(outcome, outcome.member)


def test_what_is_no_photo_leaves_no_row():
    author = make_regular()
    fix = make_fix(author=author)
    broken = photo_file()
    broken.truncate(20)

    with pytest.raises(PhotoRefused):
        add_photo(post=fix, upload=broken, caption="x", actor=author, now=NOW)
    assert not Photo.objects.exists()


def test_a_new_member_adds_one_photo_to_a_post():
    newcomer = make_user(joined_at=NOW - datetime.timedelta(hours=1))
    problem = ask_problem(draft=problem_draft(), actor=newcomer, now=NOW)

    add(problem, newcomer)
    with pytest.raises(TooManyPhotos):
        add(problem, newcomer)


def test_a_removed_photo_is_gone_from_the_disk(django_capture_on_commit_callbacks):
    author = make_regular()
    photo = add(make_problem(author=author), author)

    with pytest.raises(NotAllowed):
        remove_photo(photo=photo, actor=make_staff(product=a_make()), now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(photo=photo, actor=author, now=NOW)
    assert not default_storage.exists(photo.image.name)
    assert not default_storage.exists(photo.thumbnail.name)
