"""The limiter counts; where it is down, reads stay open and writes are closed."""

import pytest
import time_machine
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory, override_settings

from accounts.limiter import allow, client_address
from tests.builders.accounts import NOW

DOWN = {"default": {"BACKEND": "tests.accounts.test_limiter.BrokenCache", "LOCATION": "broken"}}


class BrokenCache(LocMemCache):
    """A cache whose server does not answer."""

    def add(self, *args, **kwargs):
        raise ConnectionError("nobody listens")


def test_so_many_pass_in_a_window_and_the_next_window_begins_again():
    with time_machine.travel(NOW, tick=False) as clock:
        assert [allow("a", 3, 60) for _ in range(4)] == [True, True, True, False]
        assert allow("b", 3, 60)
        clock.shift(60)
        assert allow("a", 3, 60)


@override_settings(CACHES=DOWN)
def test_with_the_cache_down_reads_stay_open_and_writes_are_closed(caplog):
    assert allow("a", 3, 60)
    assert not allow("a", 3, 60, writes=True)
    assert "limiter is down" in caplog.text


def test_the_address_comes_from_the_proxy_only_where_one_is_trusted(settings):
    request = RequestFactory().get("/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.9"}, REMOTE_ADDR="10.0.0.1")

    assert client_address(request) == "10.0.0.1"
    settings.TRUSTED_PROXY = True
    assert client_address(request) == "203.0.113.9"


@pytest.fixture
def _low_limit(db):
    from accounts.models import CommunityRule

    CommunityRule.objects.create(name="request_limits.anonymous_per_minute", value=2)


@pytest.mark.usefixtures("_low_limit")
def test_an_address_without_an_account_is_held_and_a_member_is_not(client, member_client):
    with time_machine.travel(NOW):
        assert [client.get("/accounts/login/").status_code for _ in range(3)] == [200, 200, 429]
        refused = client.get("/accounts/login/")
        assert refused.headers["Retry-After"] == "60"
        assert [member_client.get("/accounts/logout/").status_code for _ in range(4)] == [200] * 4
