"""One command does the night's work in its order, and a job that fails keeps none of the others from theirs."""

from io import StringIO

import pytest
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError

from wiki.management.commands import run_nightly

pytestmark = pytest.mark.django_db


def run() -> str:
    said = StringIO()
    call_command("run_nightly", verbosity=0, stdout=said, stderr=said)
    return said.getvalue()


def headings(said: str) -> list[str]:
    return [line[:-1] for line in said.splitlines() if line[:-1] in run_nightly.NIGHTLY]


def test_a_quiet_site_has_a_quiet_night_and_may_have_it_twice() -> None:
    assert headings(run()) == list(run_nightly.NIGHTLY)
    assert headings(run()) == list(run_nightly.NIGHTLY)


def test_every_command_that_says_nightly_is_run() -> None:
    from importlib import import_module

    said = {
        name
        for name, app in get_commands().items()
        if app in ("wiki", "accounts", "products")
        and "nightly" in import_module(f"{app}.management.commands.{name}").Command.help
    }
    assert said - {"run_nightly"} <= set(run_nightly.NIGHTLY)


def test_a_job_that_fails_is_named_and_the_others_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("wiki.management.commands.raise_alarms.raise_alarms", fails)
    said = StringIO()
    with pytest.raises(CommandError, match="Failed: raise_alarms"):
        call_command("run_nightly", verbosity=0, stdout=said, stderr=said)
    assert "the disk is full" in said.getvalue()
    assert headings(said.getvalue())[-1] == run_nightly.NIGHTLY[-1]
