"""What tests of webhooks share."""

import pytest

from tests.wiki.webhooks.receiver import listening


@pytest.fixture
def open_to_this_machine(settings):
    """The guard lets calls through to the own machine, as a developer's site may."""
    settings.WEBHOOKS_LOCAL = True


@pytest.fixture
def receiver(open_to_this_machine):
    """A receiver without TLS on this machine."""
    with listening() as found:
        yield found
