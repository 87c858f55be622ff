"""Members without the sign-up form: for demonstration data and operators."""

import pytest
from django.core.exceptions import ValidationError

from accounts.actions.members import add_member, give_role
from accounts.models import Role, User
from tests.builders.accounts import NOW, set_rule
from tests.builders.forms import human_fields


def add(**fields):
    typed = {"username": "ada", "email": "ada@example.org", "password": "a long enough secret", "now": NOW}
    return add_member(**{**typed, **fields})


def test_an_added_member_signs_in_at_once(db, client):
    add()

    client.post("/accounts/login/", {"login": "ada@example.org", "password": "a long enough secret"})
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


@pytest.mark.parametrize("fields", [{"username": "two words"}, {"email": "nonsense"}, {"email": "OLD@example.org"}])
def test_a_member_that_sign_up_would_refuse_is_refused(db, fields):
    add(username="old", email="old@example.org")

    with pytest.raises(ValidationError):
        add(**fields)
    assert User.objects.count() == 1


def test_a_role_given_twice_is_held_once(tree):
    member = add()
    first = give_role(member=member, name="moderator", product=tree.cars, actor=None, now=NOW)

    assert give_role(member=member, name="moderator", product=tree.cars, actor=None, now=NOW) == first
    assert Role.objects.count() == 1
    assert member.has_perm("wiki.moderate", tree.ford)
    assert not member.has_perm("wiki.moderate", tree.bicycles)


def test_the_community_decides_how_long_typing_takes(db, client):
    typed = {"email": "nora@example.org", "username": "nora", "password1": "a long enough secret"}
    at_once = {**human_fields(seconds_ago=0), **typed}
    assert client.post("/accounts/signup/", at_once).status_code == 200

    set_rule(name="human_check.least_seconds", value=0)
    assert client.post("/accounts/signup/", at_once).status_code == 302
