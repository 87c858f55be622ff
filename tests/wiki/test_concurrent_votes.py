"""Four processes that vote at once lose no vote and count none twice."""

import os
import shutil
from pathlib import Path

import pytest

from tests.site_process import SiteProcess

_WRITERS = 4
_VOTERS = 40
_START = f"""
from tests.builders.wiki import make_fix, make_regular
make_fix()
for n in range({_VOTERS}):
    make_regular(username=f"voter{{n}}")
"""
_REPORT = """
from django.db.models import Sum
from accounts.queries.reputation import wrong_scores
from wiki.models import Fix, Vote
votes = Vote.objects.filter(fix=Fix.objects.get())
voters = votes.values("voter").distinct().count()
apart = Fix.objects.get().score - votes.aggregate(total=Sum("value"))["total"]
print(votes.count(), voters, apart, len(wrong_scores()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_score_equals_the_sum_of_the_votes_and_the_reputation_the_ledger(
    database: str, tmp_path: Path, empty_site: Path
) -> None:
    if database == "postgresql" and not os.environ.get("FIXLORE_TEST_DATABASE_URL"):
        pytest.skip("FIXLORE_TEST_DATABASE_URL names no PostgreSQL database to write to.")
    url = os.environ["FIXLORE_TEST_DATABASE_URL"] if database == "postgresql" else ""
    shutil.copytree(empty_site, tmp_path / "site")
    with SiteProcess(tmp_path / "site", database_url=url) as site:
        if url:
            assert site.manage("migrate", "-v0").code == 0
        site.python(_START)
        ended = site.at_once(*(("tests.wiki.voter:main", number, _VOTERS) for number in range(_WRITERS)))
        assert [writer.code for writer in ended] == [0] * _WRITERS, ended
        assert site.python(_REPORT).split() == [str(_VOTERS), str(_VOTERS), "0", "0"]
