"""Production refuses to start with what only development may have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "FIXLORE_ENV": "production",
    "FIXLORE_SECRET_KEY": "s" * 60,
    "FIXLORE_FIELD_KEY": "f" * 40,
    "FIXLORE_ALLOWED_HOSTS": "fixlore.example, www.fixlore.example",
    "FIXLORE_SITE_URL": "https://fixlore.example",
}


def test_production_starts_with_values_of_its_own(tmp_path: Path) -> None:
    shown = _settings(tmp_path, PRODUCTION, "s.ALLOWED_HOSTS, s.SESSION_COOKIE_NAME, s.DEBUG")
    assert shown == "['fixlore.example', 'www.fixlore.example'] __Host-session False"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"FIXLORE_DEBUG": "1"}, "FIXLORE_DEBUG=1 shows the site's insides to everybody"),
        ({"FIXLORE_SECRET_KEY": ""}, "Production needs FIXLORE_SECRET_KEY"),
        ({"FIXLORE_SECRET_KEY": "short"}, "Production needs FIXLORE_SECRET_KEY"),
        ({"FIXLORE_FIELD_KEY": ""}, "Production needs FIXLORE_FIELD_KEY"),
        ({"FIXLORE_ALLOWED_HOSTS": ""}, "Production needs FIXLORE_ALLOWED_HOSTS"),
        ({"FIXLORE_SITE_URL": "http://fixlore.example"}, "Production needs FIXLORE_SITE_URL"),
        ({"FIXLORE_ENV": "prod"}, "FIXLORE_ENV is 'prod'; it can be development or production"),
        ({"FIXLORE_INDEXER": "none"}, "FIXLORE_INDEXER is 'none'; it can be embedded or process"),
        ({"FIXLORE_WEBHOOKS": "none"}, "FIXLORE_WEBHOOKS is 'none'; it can be embedded or process"),
        ({"FIXLORE_WEBHOOKS_LOCAL": "1"}, "FIXLORE_WEBHOOKS_LOCAL=1 lets webhooks reach this machine"),
        ({"FIXLORE_DATABASE_URL": "mysql://x/y"}, "FIXLORE_DATABASE_URL must begin with postgres://"),
    ],
)
def test_production_refuses(change: dict[str, str], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=sentence):
        _settings(tmp_path, {**PRODUCTION, **change}, "s.DEBUG")


def test_development_makes_secrets_once_and_keeps_them_to_itself(tmp_path: Path) -> None:
    first = _settings(tmp_path, {}, "s.SECRET_KEY, s.FIELD_KEY")
    assert _settings(tmp_path, {}, "s.SECRET_KEY, s.FIELD_KEY") == first
    assert _settings(tmp_path / "another", {}, "s.SECRET_KEY, s.FIELD_KEY") != first
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("*_key")} == {0}


def test_a_postgresql_address_is_read_with_its_password_decoded(tmp_path: Path) -> None:
    address = {"FIXLORE_DATABASE_URL": "postgres://fix:p%40ss%2F@db.example:5433/lore"}
    shown = _settings(
        tmp_path, address, "[s.DATABASES['default'][k] for k in ['USER', 'PASSWORD', 'HOST', 'PORT', 'NAME']]"
    )
    assert shown == "['fix', 'p@ss/', 'db.example', '5433', 'lore']"


def _settings(data: Path, environment: dict[str, str], expression: str) -> str:
    """What an expression over the settings (as `s`) gives; AssertionError with the sentence where they refuse."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FIXLORE_", "DJANGO_"))}
    result = subprocess.run(
        [sys.executable, "-c", f"import config.settings as s; print({expression})"],
        cwd=PROJECT,
        env={**clean, "FIXLORE_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()
