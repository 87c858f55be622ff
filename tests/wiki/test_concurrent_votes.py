"""Four processes that vote at once lose no vote and count none twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_WRITERS = 4
_VOTERS = 40


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
def test_the_score_equals_the_sum_of_the_votes_and_the_reputation_the_ledger(database: str, tmp_path: Path) -> None:
    if database == "postgresql" and not os.environ.get("FIXLORE_TEST_DATABASE_URL"):
        pytest.skip("FIXLORE_TEST_DATABASE_URL names no PostgreSQL database to write to.")
    environment = _environment(database, tmp_path)
    _manage(environment, "migrate", "-v0")
    start = (
        "from tests.builders.wiki import make_fix, make_regular;"
        f"make_fix(); [make_regular(username=f'voter{{n}}') for n in range({_VOTERS})]"
    )
    _manage(environment, "shell", "-v0", "-c", start)
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.wiki.voter", str(number), str(_VOTERS)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(_WRITERS)
    ]
    errors = [writer.communicate(timeout=300)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * _WRITERS, errors
    report = (
        "from django.db.models import Sum; from wiki.models import Fix, Vote;"
        "from accounts.queries.reputation import wrong_scores;"
        "votes = Vote.objects.filter(fix=Fix.objects.get());"
        "print(votes.count(), votes.values('voter').distinct().count(),"
        " Fix.objects.get().score - votes.aggregate(total=Sum('value'))['total'],"
        " len(wrong_scores()))"
    )
    assert _manage(environment, "shell", "-v0", "-c", report).split() == [str(_VOTERS), str(_VOTERS), "0", "0"]
