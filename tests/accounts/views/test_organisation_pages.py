"""Organisations through a browser: claim, proof, queue, team, invitation, public words."""

from urllib.parse import quote

import pytest
from django.core import mail

from accounts.models import Invitation, Notification, Organisation, OrganisationClaim
from accounts.queries.organisation_claims import record_of
from tests.accounts.name_server import name_server
from tests.builders.accounts import make_membership, make_moderator, make_organisation, make_user, set_rule
from tests.builders.organisations import make_claim, make_manager
from tests.html import read
from wiki.queries.inbox import inbox_of


@pytest.fixture
def torque(tree):
    return make_organisation(scope=[tree.ford], name="Torque", domain="torque.example")


def said(tree, **fields):
    return {
        "kind": "workshop",
        "name": "Torque & Sons",
        "domain": "https://www.Torque.example/",
        "place": "Ulm",
        "why": "I own it.",
        "product_1": tree.ford.full_name,
        "product_1_id": tree.ford.pk,
        "product_2": "",
        "product_3": "",
        **fields,
    }


def link_in_the_mail() -> str:
    return "/" + next(word for word in mail.outbox[-1].body.split() if "/org/" in word).split("/", 3)[3]


def test_from_the_claim_to_the_team_page(tree, client_of):
    owner, moderator = make_user(username="owner", reputation=100), make_moderator()
    browser, desk = client_of(owner), client_of(moderator)
    page = browser.post("/org/claim/", said(tree), follow=True)
    address = page.redirect_chain[-1][0]
    assert "torque.example" in read(page).one("state").text

    read(browser.post(address, {"act": "mail", "address": "desk@torque.example"}, follow=True))
    link = link_in_the_mail()
    looked = browser.get(link)
    assert read(looked).has("proof-form")
    assert OrganisationClaim.objects.get().state == "domain"
    other = client_of(make_user()).post(link)
    assert other.status_code == 403
    assert read(client_of(make_user()).get(link)).has("not-yours")
    browser.post(link)
    assert browser.get(link).status_code == 410

    case = read(desk.get("/moderation/organisations/")).one("claim")
    assert "desk@torque.example" in case.one("proof").text
    assert "reputation 100" in case.one("standing").text
    assert "hour" in case.one("age").text
    pk = OrganisationClaim.objects.get().pk
    refused = read(desk.post(f"/moderation/organisations/{pk}/", {f"{pk}-decision": "refuse"}))
    assert "Say why" in refused.one("form-errors").text
    desk.post(f"/moderation/organisations/{pk}/", {f"{pk}-decision": "accept", f"{pk}-products": [tree.ford.pk]})

    organisation = Organisation.objects.get()
    assert organisation.verified_by == moderator
    assert "Accepted" in read(browser.get(address)).one("state").text
    [group] = inbox_of(owner, None).groups
    assert (group.title, group.url, group.lines[0].text) == ("Torque & Sons", address, "It was decided.")
    team = read(browser.get("/pro/team/"))
    assert "owner" in team.one("member").text
    assert len(team.all("act")) == 2
    assert read(desk.get("/moderation/organisations/")).all("claim") == []


def test_what_was_typed_stays_and_each_error_stands_beside_its_field(tree, client_of):
    browser = client_of(make_user(reputation=100))
    form = read(browser.post("/org/claim/", said(tree, domain="gmail.com", name="see http://x.example"))).form(
        "claim-form"
    )
    assert form.values["domain"] == "gmail.com"
    assert form.values["product_1"] == tree.ford.full_name
    assert set(form.errors) == {"domain", "name"}
    more = read(browser.post("/org/claim/", said(tree, name="", more="1"))).form("claim-form")
    assert len(more.select(".//input[@data-picker or starts-with(@name, 'product_')][@type='text']")) == 4
    assert more.errors == {}
    assert not OrganisationClaim.objects.exists()


def test_who_claims_what_is_here_is_asked_and_joins_it(tree, torque, client_of):
    boss = make_manager(organisation=torque, username="boss")
    nina = make_user(username="nina", reputation=100)
    browser = client_of(nina)
    asked = read(browser.post("/org/claim/", said(tree)))
    assert "Torque, workshop" in asked.one("here").text
    assert not OrganisationClaim.objects.exists()
    browser.post("/org/claim/", said(tree, here=torque.slug))
    wish = OrganisationClaim.objects.get()
    assert (wish.purpose, wish.organisation, wish.state) == ("join", torque, "managers")
    assert inbox_of(boss, None).groups[0].url == f"/pro/team/?organisation={torque.slug}"

    desk = client_of(boss)
    assert "I own it." in read(desk.get("/pro/team/")).one("request").text
    desk.post("/pro/team/", {"act": "turn-away", "of": wish.pk})
    assert OrganisationClaim.objects.get().state == "managers"
    desk.post("/pro/team/", {"act": "take-in", "of": wish.pk})
    assert torque.memberships.filter(member=nina, is_manager=False).exists()
    # Another one at the same domain is a claim of its own.
    other = client_of(make_user(reputation=100))
    other.post("/org/claim/", said(tree, name="Torque Parts", kind="supplier", here="another"))
    assert OrganisationClaim.objects.get(name="Torque Parts").state == "domain"


def test_the_link_of_a_public_page_leads_to_the_managers_or_to_a_claim(tree, torque, client_of):
    browser = client_of(make_user(reputation=100))
    address = f"/org/claim/?organisation={torque.slug}"
    assert address in read(browser.get(torque.get_absolute_url())).links.values()
    form = read(browser.get(address)).form("claim-form")
    assert (form.values["domain"], form.values["product_1"]) == ("torque.example", tree.ford.full_name)
    assert "name" not in form.values
    make_manager(organisation=torque)
    assert set(read(browser.get(address)).form("claim-form").values) >= {"why"}
    assert "domain" not in read(browser.get(address)).form("claim-form").values
    assert browser.get("/org/claim/?organisation=nobody").status_code == 404


def test_a_text_record_is_looked_up_by_a_button(tree, client_of, settings):
    owner = make_user()
    claim = make_claim(products=[tree.ford], actor=owner)
    browser = client_of(owner)
    with name_server() as server:
        settings.DNS_SERVERS = [server.address]
        address = f"/org/claim/{claim.pk}/"
        assert read(browser.get(address)).one("record").text == record_of(claim)
        assert server.asked == []
        late = read(browser.post(address, {"act": "record"}, follow=True))
        assert "not there yet" in late.one("messages").text
        assert late.has("looked")
        server.records["torque.example"] = [record_of(claim)]
        assert "shown" in read(browser.post(address, {"act": "record"}, follow=True)).one("messages").text
        assert client_of(make_user()).post(address, {"act": "record"}).status_code == 404
    browser.post(address, {"act": "withdraw"})
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by) == ("withdrawn", owner)


def test_few_mails_go_to_one_address_and_from_one_member(tree, torque, client_of):
    set_rule(name="organisation_rules.proof_mails_per_day", value=3)
    owner = make_user()
    claim = make_claim(products=[tree.ford], actor=owner, domain="torque.example")
    browser = client_of(owner)
    for address in ("a@torque.example", "A@torque.example", "a@torque.example", "b@torque.example"):
        page = read(browser.post(f"/org/claim/{claim.pk}/", {"act": "mail", "address": address}, follow=True))
    assert [message.to for message in mail.outbox] == [["a@torque.example"], ["A@torque.example"]]
    assert page.form("mail-form").values["address"] == "b@torque.example"
    # Invitations of others count for the same address.
    desk = client_of(make_manager(organisation=torque))
    page = read(desk.post("/pro/team/", {"act": "invite", "address": "a@torque.example", "role": "member"}))
    assert "got as many mails" in page.one("form-errors").text
    assert len(mail.outbox) == 2


def test_a_manager_invites_and_the_invited_person_joins_by_a_button(torque, client, client_of):
    boss = make_manager(organisation=torque, username="boss")
    desk = client_of(boss)
    refused = read(desk.post("/pro/team/", {"act": "invite", "address": "a@b@c.example", "role": "member"}))
    assert refused.form("invite-form").values["address"] == "a@b@c.example"
    answers = [
        read(desk.post("/pro/team/", {"act": "invite", "address": address, "role": "member"}, follow=True)).one(
            "messages"
        )
        for address in (make_user(email="known@example.org").email, "other@example.org")
    ]
    assert answers[0].text.replace("known", "other") == answers[1].text
    nina = make_user(username="nina", email="nina@example.org")
    desk.post("/pro/team/", {"act": "invite", "address": "nina@example.org", "role": "manager"})
    assert "nina@example.org" in [row.text.split()[0] for row in read(desk.get("/pro/team/")).all("invitation")]
    link = link_in_the_mail()

    stranger = read(client.get(link))
    assert f"/accounts/login/?next={quote(link)}" in stranger.links.values()
    assert client.post(link).status_code == 200
    other = client_of(make_user()).get(link)
    assert (other.status_code, read(other).has("other-address")) == (403, True)
    assert client_of(make_user()).post(link).status_code == 403
    browser = client_of(nina)
    assert read(browser.get(link)).has("accept-form")
    assert Invitation.objects.filter(state="accepted").count() == 0
    browser.post(link)
    assert torque.memberships.get(member=nina).is_manager
    assert browser.post(link).status_code == 410

    waiting = Invitation.objects.filter(state="waiting").first()
    desk.post("/pro/team/", {"act": "revoke", "of": waiting.pk})
    waiting.refresh_from_db()
    assert waiting.state == "revoked"
    foreign = make_organisation()
    theirs = Invitation.objects.filter(state="waiting").first()
    Invitation.objects.filter(pk=theirs.pk).update(organisation=foreign)
    desk.post("/pro/team/", {"act": "revoke", "of": theirs.pk})
    theirs.refresh_from_db()
    assert theirs.state == "waiting"


def test_members_read_the_team_and_only_managers_have_its_buttons(torque, client_of):
    boss, mechanic = make_manager(organisation=torque, username="boss"), make_user(username="mech")
    make_membership(organisation=torque, member=mechanic)
    browser = client_of(mechanic)
    page = read(browser.get("/pro/team/"))
    assert not page.has("invite")
    assert not page.has("place-form")
    for act in (
        {"act": "invite", "address": "x@example.org", "role": "manager"},
        {"act": "manager", "of": mechanic.pk},
        {"act": "remove", "of": boss.pk},
    ):
        assert browser.post("/pro/team/", act).status_code == 403
    assert mail.outbox == []
    stranger = client_of(make_user())
    assert stranger.get(f"/pro/team/?organisation={torque.slug}").status_code == 404
    assert stranger.get("/pro/team/").status_code == 403
    moderator = client_of(make_moderator())
    assert not read(moderator.get(f"/pro/team/?organisation={torque.slug}")).has("invite")
    assert moderator.post(f"/pro/team/?organisation={torque.slug}", {"act": "remove", "of": boss.pk}).status_code == 403

    desk = client_of(boss)
    late = read(desk.post("/pro/team/", {"act": "leave"}))
    assert "Who manages then?" in late.form("leave-form").text
    desk.post("/pro/team/", {"act": "manager", "of": mechanic.pk})
    desk.post("/pro/team/", {"act": "remove", "of": mechanic.pk})
    assert torque.memberships.get(member=mechanic).until is not None
    assert {row.kind for row in Notification.objects.filter(member=mechanic)} == {"org_manager", "org_removed"}
    assert inbox_of(mechanic, None).groups[0].url == torque.get_absolute_url()
    page = read(desk.post("/pro/team/", {"act": "leave"}, follow=True))
    assert "needs a manager" in page.form("leave-form").text


def test_a_manufacturers_team_is_the_same_in_its_console(tree, client_of):
    maker = make_organisation(kind="manufacturer", scope=[tree.ford], name="Ford")
    boss, clerk = make_manager(organisation=maker), make_user(username="clerk")
    make_membership(organisation=maker, member=clerk)
    desk = client_of(boss)
    address = f"/brand/{maker.slug}/team/"
    assert desk.get("/pro/team/").headers["Location"] == address
    desk.post(address, {"act": "invite", "address": "x@example.org", "role": "member"})
    assert len(mail.outbox) == 1
    assert desk.post(address, {"act": "leave", "successor": clerk.pk}).status_code == 302
    assert maker.memberships.get(member=clerk).is_manager
    assert desk.get(address).status_code == 404


def test_managers_edit_public_words_and_ask_for_another_scope(tree, torque, client_of):
    desk = client_of(make_manager(organisation=torque))
    address = f"/org/{torque.slug}/edit/"
    words = {"act": "describe", "place": "Ulm", "about": "We <b>mend</b>.", "website": "evil.com"}
    refused = read(desk.post(address, words)).form("words-form")
    assert (refused.values["about"], set(refused.errors)) == ("We <b>mend</b>.", {"website"})
    desk.post(address, words | {"website": "torque.example/shop"})
    public = read(desk.get(torque.get_absolute_url()))
    assert public.one("about").text == "We <b>mend</b>."
    assert public.one("website").attribute("href") == "https://torque.example/shop"

    scope = {"act": "scope", "why": "Both", "product_1": tree.land_rover.full_name, "product_2": tree.ford.full_name}
    desk.post(address, scope)
    wish = OrganisationClaim.objects.get()
    assert (wish.purpose, set(wish.products.all())) == ("scope", {tree.land_rover, tree.ford})
    assert read(desk.get(address)).has("scope-wish")
    case = read(client_of(make_moderator()).get("/moderation/organisations/")).one("claim")
    assert "Another scope" in case.text
    mechanic = make_user()
    make_membership(organisation=torque, member=mechanic)
    for other in (mechanic, make_user(), make_moderator()):
        assert client_of(other).post(address, words).status_code == 404
