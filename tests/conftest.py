"""What every test may ask for."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

# Each process of a run (xdist starts several) has its own data folder, so that nothing touches the developer's site.
# Settings read the environment once, therefore this stands before anything of Django.
DATA = Path(tempfile.mkdtemp(prefix="fixlore-tests-"))
os.environ["FIXLORE_DATA"] = str(DATA)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402
from django.conf import settings  # noqa: E402

# A slow hasher is the point of one test and the cost of all others.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file, as on a real site: in memory, threads would share one connection and nothing would ever be locked.
# FIXLORE_DATABASE_URL lets the same tests run on another database.
if not os.environ.get("FIXLORE_DATABASE_URL"):
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(DATA / "test.sqlite3")
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A worker of xdist has read the settings already, with the folder of the process that started it.
settings.DATA_DIR = DATA
settings.STATIC_ROOT, settings.MEDIA_ROOT, settings.SEARCH_INDEX_DIR = DATA / "static", DATA / "media", DATA / "search"
settings.STATIC_ROOT.mkdir()
settings.MEDIA_ROOT.mkdir()
django.setup()

from accounts.queries import community_rules  # noqa: E402
from wiki.search import synonyms  # noqa: E402

# On a slow machine they would be read again in the middle of a test that counts queries.
community_rules.KEEP_SECONDS = synonyms.KEEP_SECONDS = 600.0


def pytest_configure() -> None:
    from django.db.backends.sqlite3.base import DatabaseOperations

    flush = DatabaseOperations.sql_flush

    def sql_flush(self, style, tables, **options):
        """Empty append-only tables too after a transactional test, by lifting their guard meanwhile."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        statements = flush(self, style, tables, **options)
        return [*(f"DROP TRIGGER {name}" for name, _ in triggers), *statements, *(sql for _, sql in triggers)]

    DatabaseOperations.sql_flush = sql_flush


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(autouse=True)
def _forget_what_the_process_keeps() -> None:
    """Community rules, synonyms, names and counters are kept in the process; a test begins without those of another."""
    from django.core.cache import cache

    from products.queries import kept_lexicon

    community_rules.forget()
    kept_lexicon.forget()
    synonyms.forget()
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """The database of the tests, and beside it a copy with all tables and no rows of a test, for `empty_site`."""
    from django.db import connection

    from config.secrets import secret_from_file

    for name in ("secret_key", "field_key"):
        secret_from_file(DATA / "empty", name)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # There are no tables where no test of the run asks for the database in its own process.
        if connection.vendor == "sqlite" and connection.introspection.table_names(cursor):
            cursor.execute("VACUUM INTO %s", [str(DATA / "empty" / "fixlore.sqlite3")])
        connection.close()


@pytest.fixture(scope="session")
def empty_site(django_db_setup) -> Path:
    """A data folder after `migrate`, to be copied by tests whose processes have a site of their own on SQLite."""
    folder = DATA / "empty"
    if not (folder / "fixlore.sqlite3").exists():
        settled = {name: value for name, value in os.environ.items() if name != "FIXLORE_DATABASE_URL"}
        site = {**settled, "FIXLORE_DATA": str(folder)}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=site, check=True)
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real and hostile data kept outside the project; a test that needs it is skipped where it is missing."""
    beside_the_project = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("FIXLORE_SHARED_DATA") or beside_the_project)
    if not folder.is_dir():
        pytest.skip("The shared data is not here; FIXLORE_SHARED_DATA can name its folder.")
    return folder


@pytest.fixture
def client_of() -> Callable:
    """A browser signed in as the user given."""
    from django.test import Client

    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def member(db):
    """A member who has been here for a while and may vote."""
    from tests.builders.accounts import make_user

    return make_user(username="olive", reputation=100)


@pytest.fixture
def newcomer(db):
    """A member who signed up a moment ago."""
    from tests.builders.accounts import make_newcomer

    return make_newcomer(username="nora")


@pytest.fixture
def moderator(db):
    """A moderator of everything."""
    from tests.builders.accounts import make_moderator

    return make_moderator(username="mo")


@pytest.fixture
def member_client(client_of, member):
    return client_of(member)


@pytest.fixture
def newcomer_client(client_of, newcomer):
    return client_of(newcomer)


@pytest.fixture
def moderator_client(client_of, moderator):
    return client_of(moderator)
