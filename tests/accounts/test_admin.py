"""The administration: who enters, what is shown, and that changes go through the actions."""

import pytest

from accounts.actions.garage import OwnedProductDetails, add_owned_product
from accounts.actions.reputation import award
from accounts.models import CommunityRule, CommunityRuleChange, Organisation, Role, User
from tests.builders.accounts import NOW, make_admin, make_moderator, make_organisation, make_staff, make_user
from tests.html import read


def test_strangers_sign_in_first_and_members_stay_outside(client, client_of, tree):
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/").headers["Location"] == "/accounts/login/?next=/admin/"
    for user in (make_user(reputation=9000), make_staff(product=tree.cars)):
        assert client_of(user).get("/admin/", follow=True).status_code == 403


def test_a_moderator_enters_and_in_production_only_with_a_second_factor(moderator_client, moderator, settings):
    assert moderator_client.get("/admin/").status_code == 200

    settings.PRODUCTION = True
    assert moderator_client.get("/admin/login/").headers["Location"] == "/accounts/2fa/totp/activate/"
    assert moderator_client.get("/admin/").headers["Location"].startswith("/admin/login/")

    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=moderator, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert moderator_client.get("/admin/").status_code == 200


PAGES = [
    "user", "organisation", "ownedproduct", "communityrule", "communityrulechange", "reputationevent",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_list_opens_for_a_moderator_and_costs_the_same_with_more_rows(
    tree, moderator_client, page, django_assert_max_num_queries
):
    for _ in range(4):
        owner = make_staff(product=tree.ford)
        add_owned_product(member=owner, details=OwnedProductDetails(product=tree.ford), now=NOW)
        award(member=owner, event="fix_voted_up", cause="vote:1", actor=make_user(), now=NOW)
    with django_assert_max_num_queries(12):
        assert moderator_client.get(f"/admin/accounts/{page}/").status_code == 200


def test_neither_a_serial_number_nor_a_mail_address_is_shown(tree, moderator_client):
    owner = make_user(username="olga")
    details = OwnedProductDetails(product=tree.ford, serial="SECRET123")
    owned = add_owned_product(member=owner, details=details, now=NOW)

    for page in (f"ownedproduct/{owned.pk}/change/", "ownedproduct/", f"user/{owner.pk}/change/", "user/?q=olga"):
        text = moderator_client.get(f"/admin/accounts/{page}").content.decode()
        assert "olga" in text
        assert "SECRET123" not in text
        assert owned.serial_encrypted not in text
        assert "olga@example.org" not in text


def test_a_moderator_verifies_the_selected_organisations_and_reads_why_one_was_refused(tree, moderator_client):
    good = make_organisation(is_verified=False, scope=[tree.cars])
    bare = make_organisation(is_verified=False, name="Bare Ltd")
    page = read(
        moderator_client.post(
            "/admin/accounts/organisation/",
            {"action": "verify", "_selected_action": [good.pk, bare.pk]},
            follow=True,
        )
    )

    assert Organisation.objects.get(pk=good.pk).verified_at
    assert Organisation.objects.get(pk=bare.pk).verified_at is None
    assert "Bare Ltd: Give the organisation a scope" in page.text


def formset(prefix, *rows, initial=0):
    fields = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def test_an_organisation_is_added_with_its_scope_by_path(tree, moderator_client):
    moderator_client.post(
        "/admin/accounts/organisation/add/",
        {
            "kind": "workshop",
            "name": "Torque",
            "slug": "torque",
            **formset("scopes", {"product": "/cars/land-rover/"}),
            **formset("memberships"),
        },
    )

    assert list(Organisation.objects.get().scope.all()) == [tree.land_rover]


def test_a_path_that_does_not_exist_is_said(tree, moderator_client):
    page = read(
        moderator_client.post(
            "/admin/accounts/organisation/add/",
            {
                "kind": "workshop",
                "name": "Torque",
                "slug": "torque",
                **formset("scopes", {"product": "cars/lada"}),
                **formset("memberships"),
            },
        )
    )

    assert "No product has this path" in page.text
    assert not Organisation.objects.exists()


def test_an_admin_gives_a_role_and_a_moderator_can_not(tree, client_of):
    admin, moderator, member = make_admin(), make_moderator(), make_user(username="petra")
    given = {
        "username": "petra",
        "is_active": "on",
        **formset("roles", {"name": "moderator", "product": "cars/ford", "member": member.pk}),
    }

    assert client_of(moderator).post(f"/admin/accounts/user/{member.pk}/change/", given).status_code == 403
    client_of(admin).post(f"/admin/accounts/user/{member.pk}/change/", given)

    role = Role.objects.get(member=member)
    assert (role.name, role.product, role.granted_by) == ("moderator", tree.ford, admin)
    assert User.objects.get(pk=member.pk).has_perm("wiki.moderate", tree.ford)


def test_an_admin_changes_a_community_rule_with_an_audit_trail(db, client_of):
    client = client_of(make_admin())
    typed = {"name": "new_member_limits.links", "value": "25", "reason": "too many"}
    client.post("/admin/accounts/communityrule/add/", typed)

    row = CommunityRule.objects.get()
    assert (row.name, row.value) == ("new_member_limits.links", 25)
    client.post(f"/admin/accounts/communityrule/{row.pk}/change/", {"value": "2", "reason": "back"})
    assert not CommunityRule.objects.exists()
    assert [change.reason for change in CommunityRuleChange.objects.order_by("id")] == ["too many", "back"]


@pytest.mark.parametrize(("value", "why"), [("-1", "less than 0"), ('"many"', "must be a number"), ("2.5", "whole")])
def test_a_wrong_value_is_said_beside_it(db, client_of, value, why):
    page = read(
        client_of(make_admin()).post(
            "/admin/accounts/communityrule/add/", {"name": "new_member_limits.links", "value": value, "reason": "so"}
        )
    )

    assert why in page.text
    assert not CommunityRule.objects.exists()


def test_nobody_edits_the_ledger(client_of, db):
    admin = make_admin()
    row = award(member=make_user(), event="fix_voted_up", cause="vote:1", actor=make_user(), now=NOW)
    client = client_of(admin)

    assert client.get(f"/admin/accounts/reputationevent/{row.pk}/change/").status_code == 200
    assert client.post(f"/admin/accounts/reputationevent/{row.pk}/change/", {"points": 99}).status_code == 403
    assert client.get("/admin/accounts/reputationevent/add/").status_code == 403
