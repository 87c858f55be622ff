"""What a monitor is told."""

import pytest
from django.test import Client

from tests.wiki.search.conftest import World, problem
from wiki.search import indexer

pytestmark = pytest.mark.django_db


def test_a_monitor_is_told_how_far_the_index_is_behind(client: Client, world: World) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "index": None}
    indexer.drain()
    assert client.get("/healthz").json()["index"] == {"waiting": 0, "oldest_seconds": 0.0}
    problem(product=world.focus, title="Sunroof leaks")
    assert client.get("/healthz").json()["index"]["waiting"] == 1
    assert client.post("/healthz").status_code == 405
