"""A dump of a site with reports of every kind: what is in it, what is not; a site made from it plans the same."""

import csv
import gzip
import io
import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from benchmarks.dump_world import PLANTED, World, plans_of
from tests.builders.wiki import make_regular, make_vote, outcome_draft
from tests.wiki.replay import differing
from wiki.actions.outcomes import record_outcome
from wiki.importers.ords import OpenRepairImporter
from wiki.models import CarriedOutcome, Contribution, Evidence, Fix, Outcome, Problem, Remedy
from wiki.open_data.records import TABLES
from wiki.rules.open_repair import BARRIERS, CATEGORIES, COLUMNS, STATUSES

pytestmark = pytest.mark.django_db(transaction=True)

OUTCOMES = 320


def lines(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in gzip.open(folder / f"{name}.jsonl.gz", "rb")]


def unpacked(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def everything(folder: Path) -> bytes:
    return b"".join(gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in folder.iterdir())


@pytest.fixture
def shelf(tmp_path, settings):
    settings.DUMP_DIR = tmp_path / "open_data"
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.SITE_URL = "https://fixlore.example"
    return settings.DUMP_DIR


def dump(shelf: Path) -> Path:
    call_command("write_dump", verbosity=0, stdout=io.StringIO())
    (folder,) = [path for path in shelf.iterdir() if not path.name.startswith(".")]
    return folder


def test_a_site_made_from_a_dump_plans_the_same_and_goes_on_from_there(shelf: Path) -> None:
    now = timezone.now()
    World(OUTCOMES, now=now).build()
    before = plans_of(now=now)
    published = Outcome.objects.filter(state="published").count()
    assert len(before) > 2
    assert Evidence.objects.filter(tried__gt=0).count() > 10
    assert not differing(now=now)
    folder = dump(shelf)

    # What is in it: rows as their schema says, whole, and nobody.
    for name in TABLES:
        validator = jsonschema.Draft202012Validator(
            json.loads((folder / f"{name}.schema.json").read_text()),
            format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
        )
        for row in lines(folder, name):
            validator.validate(row)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["licence"] == "CC-BY-SA-4.0"
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert {name: told["sha256"] for name, told in manifest["files"].items()}.items() <= sums.items()
    text = everything(folder).decode()
    for planted in PLANTED:
        assert planted not in text, planted
    assert "author3" in text
    rows = lines(folder, "outcomes")
    assert 0 < len(rows) <= published
    assert {row["tier"] for row in rows} == {"professional", "owner", "unverified"}
    assert any(row["came_back_on"] for row in rows)
    assert {row["weighs"] for row in rows} == {True, False}
    assert all(row["usage"] == 123_000 for row in rows)
    names = [row["reporter"] for row in rows if row["reporter"]]
    assert names
    about = {name: {row["remedy"] for row in rows if row["reporter"] == name} for name in names}
    alone = {row["reporter"] for row in rows if row["also_remedies"]}
    assert all(len(remedies) == 1 for name, remedies in about.items() if name not in alone)
    hidden = set(Problem.objects.exclude(state="published").values_list("pk", flat=True))
    assert not hidden & {row["id"] for row in lines(folder, "problems")}
    dumped = {row["remedy"] for row in lines(folder, "fixes")}
    assert not dumped & set(Remedy.objects.filter(fix__state="hidden").values_list("pk", flat=True))
    assert {row["sightings"] for row in lines(folder, "problems")} <= {None, 0, 5, 6, 7, 8}

    # Outcomes as Open Repair Data: the standard's columns and values, and our importer reads them.
    repairs = list(
        csv.DictReader(io.StringIO(gzip.decompress((folder / "open_repair_data.csv.gz").read_bytes()).decode()))
    )
    assert tuple(repairs[0]) == COLUMNS
    assert {row["product_category"] for row in repairs} <= set(CATEGORIES)
    assert {row["repair_status"] for row in repairs} <= set(STATUSES)
    assert {row["repair_barrier_if_end_of_life"] for row in repairs} <= set(BARRIERS)
    assert len({row["id"] for row in repairs}) == len(repairs)
    reader = OpenRepairImporter()
    assert reader.recognise(list(COLUMNS), "open_repair_data.csv")
    for row in repairs:
        reader.survey(reader.read(list(row.values())))

    # Not onto a site that has something already.
    with pytest.raises(CommandError, match="empty site only"):
        call_command("load_dump", folder, verbosity=0)

    call_command("flush", interactive=False, verbosity=0)
    call_command("load_dump", folder, verbosity=0, stdout=io.StringIO())
    assert not differing(now=now)
    assert plans_of(now=now) == before
    assert not Outcome.objects.exclude(member=None).exists()
    call_command("check_tree", verbosity=0, stdout=io.StringIO())
    call_command("check_evidence", verbosity=0, stdout=io.StringIO())

    # The night changes nothing of what nobody said anew, and what is made again is the same.
    call_command("calibrate_trust", verbosity=0, stdout=io.StringIO())
    call_command("rebuild_evidence", verbosity=0, stdout=io.StringIO())
    assert plans_of(now=now) == before

    # Whoever reports and votes on it counts beside those who came with the dump.
    row = Evidence.objects.filter(remedy__fix__state="published", tried__gt=2).select_related("remedy__fix__problem")[0]
    problem = row.remedy.fix.problem
    record_outcome(remedy=row.remedy, draft=outcome_draft(product=problem.product), actor=make_regular(), now=now)
    score = row.remedy.fix.score
    make_vote(post=row.remedy.fix, now=now)
    after = Evidence.objects.get(pk=row.pk)
    assert (after.tried, after.worked) == (row.tried + 1, row.worked + 1)
    assert Fix.objects.get(pk=row.remedy.fix_id).score == score + 1
    carried = CarriedOutcome.objects.filter(outcome__remedy=row.remedy, outcome__is_beyond_share=False)[0].outcome
    call_command("rebuild_evidence", verbosity=0, stdout=io.StringIO())
    assert Contribution.objects.filter(outcome=carried, person__startswith="dump:").exists()
    assert not differing(now=now)

    # A dump of the restored site tells the same of those who are not known there.
    shutil.rmtree(folder)
    again = dump(shelf)
    told = {row["fix"]: row["number"] for row in lines(again, "votes") if row["value"] == 1}
    assert told[row.remedy.fix_id] >= 1
    assert len(lines(again, "outcomes")) == len(rows) + 1
