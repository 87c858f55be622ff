"""Eight processes at once, each with five hundred votes and outcomes: none lost, none double, sums exact."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_WRITERS = 8
_MEMBERS = 250
_START = f"""
from accounts.models import ReputationEvent, User
from tests.builders.accounts import NOW
from tests.builders.wiki import make_fix, REGULAR
make_fix()
User.objects.bulk_create(
    User(username=f"reporter{{n}}", email=f"r{{n}}@example.org", reputation=REGULAR, date_joined=NOW.replace(year=2025))
    for n in range({_MEMBERS})
)
ReputationEvent.objects.bulk_create(
    ReputationEvent(member=user, event="fix_voted_up", points=REGULAR - 1, cause="opening", created_at=user.date_joined)
    for user in User.objects.filter(username__startswith="reporter")
)
"""
_REPORT = """
from wiki.models import Contribution, Evidence, Fix, NodeEvidence, Outcome, Vote
fix = Fix.objects.get()
known = Evidence.objects.get()
place = NodeEvidence.objects.get(product=fix.problem.product)
print(
    Vote.objects.count(), Outcome.objects.count(), Contribution.objects.count(), fix.score,
    known.tried, known.worked + known.failed, place.worked + place.failed, place.tier,
)
"""


def _environment(database: str, folder: Path) -> dict[str, str]:
    environment = {**os.environ, "FIXLORE_DATA": str(folder)}
    environment.pop("FIXLORE_DATABASE_URL", None)
    if database == "postgresql":
        environment["FIXLORE_DATABASE_URL"] = os.environ["FIXLORE_TEST_DATABASE_URL"]
    return environment


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([sys.executable, "manage.py", *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_none_is_lost_none_counts_twice_and_the_sums_equal_the_ledger(database: str, tmp_path: Path) -> None:
    if database == "postgresql" and not os.environ.get("FIXLORE_TEST_DATABASE_URL"):
        pytest.skip("FIXLORE_TEST_DATABASE_URL names no PostgreSQL database to write to.")
    environment = _environment(database, tmp_path)
    _manage(environment, "migrate", "-v0")
    _manage(environment, "shell", "-v0", "-c", _START)
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.wiki.reporter", str(number)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(_WRITERS)
    ]
    errors = [writer.communicate(timeout=500)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * _WRITERS, errors
    each, both = str(_MEMBERS), str(2 * _MEMBERS)
    found = _manage(environment, "shell", "-v0", "-c", _REPORT).split()
    assert found == [each, each, both, each, each, each, each, "unverified"]
    for command in ("check_evidence", "check_reputation"):
        _manage(environment, command, *(["-v0"] if command == "check_evidence" else []))
