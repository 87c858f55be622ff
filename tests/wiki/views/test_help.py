"""Help pages print the rules in force; policy pages stand where the frame links them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import CommunityRule
from accounts.queries import community_rules
from accounts.queries.community_rules import describe, known_groups
from tests.html import read
from wiki.views.help import HELP_PAGES, POLICY_PAGES

ADDRESSES = ["/help/", *(f"/help/{slug}/" for slug in HELP_PAGES)]


def printed(client, address: str) -> dict[str, str]:
    return {rule.attribute("data-rule"): rule.one("value").text for rule in read(client.get(address)).all("rule")}


def test_every_community_rule_is_printed_on_some_help_page(db, client):
    shown = {name for address in ADDRESSES for name in printed(client, address)}

    assert shown == {rule.name for rules in known_groups().values() for rule in describe(rules)}


def test_a_changed_rule_is_printed_with_its_value_in_force_in_table_and_words(db, client):
    before = printed(client, "/help/ranking/")
    CommunityRule.objects.create(name="judgement.unit_professional", value=3.5)
    community_rules.forget()

    page = read(client.get("/help/ranking/"))

    assert before["judgement.unit_professional"] == "2"
    assert printed(client, "/help/ranking/")["judgement.unit_professional"] == "3.5"
    assert "verified professional weighs 3.5 reports" in page.text
    assert [r.attribute("data-rule") for r in page.all("rule") if "changed" in r.text] == [
        "judgement.unit_professional"
    ]


@pytest.mark.parametrize("slug", HELP_PAGES)
def test_a_help_page_has_its_title_and_costs_one_query_at_most(slug, db, client):
    community_rules.forget()
    with CaptureQueriesContext(connection) as asked:
        page = read(client.get(f"/help/{slug}/"))

    assert page.one("help-title").text == HELP_PAGES[slug][0]
    assert len(asked) <= 1


def test_the_index_leads_to_every_help_and_policy_page(db, client):
    page = read(client.get("/help/"))

    links = [part.attribute("href") for part in [*page.all("help-link"), *page.all("policy-link")]]
    assert len(links) == len(HELP_PAGES) + len(POLICY_PAGES)
    assert all(client.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize("slug", POLICY_PAGES)
def test_a_policy_page_has_its_title(slug, db, client):
    assert read(client.get(f"/policy/{slug}/")).one("policy-title").text == POLICY_PAGES[slug]


def test_the_privacy_page_says_what_erasure_does_to_votes(db, client):
    assert "Votes Stays and counts, by a nameless member." in read(client.get("/policy/privacy/")).one("erasure").text


def test_unknown_pages_are_not_found(db, client):
    for address in ("/help/nothing/", "/policy/nothing/", "/help/page/", "/policy/index/"):
        assert client.get(address).status_code == 404


def test_the_page_of_privileges_prints_accuracies_in_force(db, client):
    CommunityRule.objects.create(name="privileges.edit_accuracy", value=0.97)
    community_rules.forget()
    page = read(client.get("/help/privileges/"))

    assert "From 0.97 on it opens edits by itself" in page.text
    assert "2000 points and an accuracy of flags of 0.9" in page.text
