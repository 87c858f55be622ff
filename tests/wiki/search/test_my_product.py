"""My product, from the garage or remembered by the browser: searches begin there, and say so."""

from typing import Any

import pytest
from django.test import Client

from tests.builders.accounts import make_owned_product, make_user
from tests.wiki.search.conftest import World
from tests.wiki.search.test_search_page import by_testid, page, titles
from wiki.search import indexer


@pytest.fixture
def indexed(world: World) -> World:
    indexer.drain()
    return world


def chips(tree: Any) -> list[str]:
    return [one.text_content().strip() for one in by_testid(tree, "scope-chip")]


def test_a_stranger_says_this_is_mine_and_searches_begin_there(client: Client, indexed: World) -> None:
    assert chips(page(client, q="brake")) == []
    client.get(f"/my-product/{indexed.focus.pk}/")
    assert "my_product" not in client.cookies

    client.post(f"/my-product/{indexed.focus.pk}/")

    cookie = client.cookies["my_product"]
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Lax", True, 365 * 24 * 3600)
    tree = page(client, q="brake")
    assert chips(tree) == ["Ford Focus"]
    assert "My product" in tree.text_content()
    assert titles(tree) == [indexed.stall.title]
    assert indexed.founding.title in titles(page(client, q="brake", scope="all"))
    assert chips(page(client, q="range rover brake")) == ["Land Rover Range Rover"]
    home = client.get("/").content.decode()
    assert 'data-testid="my-product"' in home

    client.post("/my-product/forget/")
    assert chips(page(client, q="brake")) == []


def test_a_forged_cookie_is_no_product(client: Client, indexed: World) -> None:
    client.cookies["my_product"] = indexed.focus.path
    assert chips(page(client, q="brake")) == []


def test_what_is_not_found_in_it_is_searched_everywhere_and_said(client: Client, indexed: World) -> None:
    client.post(f"/my-product/{indexed.focus.pk}/")
    tree = page(client, q="gearbox")
    assert titles(tree) == [indexed.founding.title]
    assert chips(tree) == []
    assert "Nothing was found for Ford Focus" in tree.text_content()


def test_a_members_searches_begin_in_the_default_product(client: Client, indexed: World) -> None:
    member = make_user()
    make_owned_product(member=member, product=indexed.focus, is_default=True)
    client.force_login(member)
    assert chips(page(client, q="brake")) == ["Ford Focus"]
