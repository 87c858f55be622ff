"""A real Chromium before a real server with the demonstration data."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium
from tests.browser.site import Site, prepared_data, running_site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration data, loaded once for all processes of the run."""
    mine = tmp_path_factory.getbasetemp()
    return prepared_data((mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "prepared")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Site]:
    """One site for the tests that only read."""
    with running_site(tmp_path_factory.mktemp("site") / "data", prepared=prepared) as running:
        yield running


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Site]:
    """A site for a test that writes."""
    with running_site(tmp_path_factory.mktemp("own-site") / "data", prepared=prepared) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium.find()
    if not path:
        pytest.fail("The browser tests need Chromium: make test installs one where it can.")
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-US", "timezone_id": "UTC", "viewport": {"width": 1280, "height": 900}}
