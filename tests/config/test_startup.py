"""A production site does not start with demonstration accounts."""

import os
import shutil
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from accounts.actions.members import add_member
from config.startup import refusal
from tests.builders.accounts import NOW
from tests.config.test_settings import PRODUCTION, PROJECT


@pytest.fixture
def owner(db):
    return add_member(
        username="demo-owner", email="owner@example.org", password="a demo password", now=NOW, is_demonstration=True
    )


def test_a_site_without_demonstration_accounts_may_start(db):
    assert refusal() is None


def test_an_open_demonstration_account_is_refused_by_name_until_it_is_closed(owner, capsys):
    assert "the demonstration accounts demo-owner can sign in" in refusal()
    with pytest.raises(SystemCheckError, match=r"accounts\.E001"):
        call_command("check", deploy=True, fail_level="ERROR")

    call_command("close_demo_accounts")
    assert refusal() is None
    call_command("check", deploy=True, fail_level="ERROR")
    owner.refresh_from_db()
    assert not owner.has_usable_password()


def test_the_server_exits_with_one_sentence(tmp_path, empty_site):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FIXLORE_", "DJANGO_"))}
    site = {**clean, **PRODUCTION, "FIXLORE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}

    def run(*command):
        return subprocess.run(
            [sys.executable, *command], cwd=PROJECT, env=site, capture_output=True, text=True, timeout=120, check=False
        )

    unready = run("-c", "import config.wsgi")
    assert unready.returncode == 1
    assert "run manage.py migrate first" in unready.stderr.splitlines()[-1]

    shutil.copyfile(empty_site / "fixlore.sqlite3", tmp_path / "fixlore.sqlite3")
    make = (
        "import django; django.setup(); from django.utils import timezone; "
        "from accounts.actions.members import add_member; "
        "who = {'username': 'demo', 'email': 'd@example.org', 'password': 'x' * 12}; "
        "add_member(**who, now=timezone.now(), is_demonstration=True)"
    )
    assert run("-c", make).returncode == 0
    refused = run("-c", "import config.wsgi")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith("Production refuses to start: the demonstration accounts demo")
