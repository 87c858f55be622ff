"""Eight processes at once, each with five hundred votes and outcomes: none lost, none double, sums exact."""

import os
import shutil
from pathlib import Path

import pytest

from tests.site_process import SiteProcess

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


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_none_is_lost_none_counts_twice_and_the_sums_equal_the_ledger(
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
        ended = site.at_once(*(("tests.wiki.reporter:main", number) for number in range(_WRITERS)))
        assert [writer.code for writer in ended] == [0] * _WRITERS, ended
        each, both = str(_MEMBERS), str(2 * _MEMBERS)
        assert site.python(_REPORT).split() == [each, each, both, each, each, each, each, "unverified"]
        for command in ("check_evidence", "check_reputation"):
            checked = site.manage(command)
            assert checked.code == 0, checked.said
