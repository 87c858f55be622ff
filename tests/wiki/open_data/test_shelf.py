"""What lies at /data/: a page that says what it is, and files whole, in part, or not at all."""

import datetime
import gzip
import hashlib
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.builders.accounts import NOW, make_user
from tests.builders.products import a_year
from tests.builders.wiki import make_comment, make_fix, make_outcome, make_problem
from tests.html import read
from wiki.models import Problem, Sighting
from wiki.open_data.writing import write_dump
from wiki.rules.byte_ranges import asked_range
from wiki.rules.giving_away import REMOVED, public_name, without_numbers

pytestmark = pytest.mark.django_db

NIGHT = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def shelf(tmp_path, settings):
    settings.DUMP_DIR = tmp_path / "open_data"
    return settings.DUMP_DIR


def dump(shelf: Path, *, now: datetime.datetime = NOW, keep: int = 7) -> Path:
    return write_dump(shelf, now=now, keep=keep, progress=lambda *_: None)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def rows(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in gzip.open(folder / f"{name}.jsonl.gz", "rb")]


def test_the_page_lists_the_latest_dump_with_checksums_that_hold(client, shelf):
    assert read(client.get("/data/")).one("empty").text
    make_outcome()
    dump(shelf, now=NOW - NIGHT)
    folder = dump(shelf)
    page = read(client.get("/data/"))
    listed = page.all("dump-file")
    assert len(listed) == 14
    assert len(page.all("earlier-dumps")) == 1
    for entry in listed:
        address = next(iter(entry.links.values()))
        content = body(client.get(address))
        assert content == (folder / address.rsplit("/", 1)[1]).read_bytes()
        assert hashlib.sha256(content).hexdigest() in entry.text


def test_a_download_goes_on_where_it_broke_off_and_is_not_sent_twice(client, shelf):
    folder = dump(shelf)
    whole = (folder / "products.schema.json").read_bytes()
    address = f"/data/{folder.name}/products.schema.json"
    response = client.get(address)
    assert (response.status_code, body(response)) == (200, whole)
    assert response["X-Content-Type-Options"] == "nosniff"
    etag = response["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    part = client.get(address, headers={"range": "bytes=10-19"})
    assert (part.status_code, body(part)) == (206, whole[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(whole)}"
    rest = client.get(address, headers={"range": "bytes=10-", "if-range": etag})
    assert (rest.status_code, body(rest)) == (206, whole[10:])
    assert client.get(address, headers={"range": "bytes=10-", "if-range": '"another"'}).status_code == 200
    beyond = client.get(address, headers={"range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=-3", (7, 9)),
        ("bytes=-30", (0, 9)),
        ("bytes=4-99", (4, 9)),
        ("bytes=5-4", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-1", None),
        ("", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header, expected):
    assert asked_range(header, 10) == expected


@pytest.mark.parametrize("path", ["../fixlore.sqlite3", "..%2Fsecret_key", "%2e%2e/%2e%2e/secret_key", "stray.txt"])
def test_nothing_but_what_a_manifest_names_leaves_the_folder(client, shelf, path):
    folder = dump(shelf)
    (shelf.parent / "secret_key").write_text("secret")
    (folder / "stray.txt").write_text("secret")
    assert client.get(f"/data/{folder.name}/{path}").status_code == 404
    assert client.get("/data/../secret_key").status_code == 404
    assert client.get("/data/2026-11-23/manifest.json").status_code == 404
    assert client.get(f"/data/{folder.name}/manifest.json").status_code == 200


def test_what_is_hidden_or_erased_is_missing_the_next_night_and_old_nights_go(shelf):
    author = make_user(username="norbert", reputation=300)
    kept, gone = make_problem(author=author), make_problem(title="Something else that went wrong")
    fix = make_fix(problem=kept, author=author)
    make_outcome(fix=fix)
    make_comment(on=gone)
    first = dump(shelf, now=NOW - 2 * NIGHT)
    assert {row["author"] for row in rows(first, "fixes")} == {"norbert"}
    assert len(rows(first, "problems")) == 2
    Problem.objects.filter(pk=gone.pk).update(state="hidden")
    author.is_active = False
    author.save()
    dump(shelf, now=NOW - NIGHT)
    last = dump(shelf, keep=2)
    assert [row["id"] for row in rows(last, "problems")] == [kept.pk]
    assert rows(last, "comments") == []
    assert {row["author"] for row in rows(last, "fixes")} == {None}
    assert not first.exists()
    assert len(list(shelf.iterdir())) == 2


def test_people_are_counted_from_five_on(shelf):
    product = a_year()
    problem = make_problem(product=product)

    def see(count: int, **fields) -> None:
        for _ in range(count):
            Sighting.objects.create(
                product=product, seen_on=NOW.date(), received_on=NOW.date(), created_at=NOW, **fields
            )

    see(4, problem=problem)
    member = make_user()
    owned = {"member": member, "problem": None}
    see(6, **owned)
    assert rows(dump(shelf), "sightings") == []
    see(1, problem=problem)
    assert [row["people"] for row in rows(dump(shelf), "sightings")] == [5]


def test_a_full_disk_leaves_the_last_dump_standing(shelf, settings, monkeypatch):
    make_outcome()
    first = dump(shelf, now=NOW)
    before = {path.name: path.read_bytes() for path in first.iterdir()}

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wiki.open_data.writing.digest_of", full)
    with pytest.raises(OSError, match="No space"):
        dump(shelf, now=NOW)
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    assert [path.name for path in shelf.iterdir()] == [first.name]


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "no manifest"),
        (lambda folder: (folder / "fixes.jsonl.gz").write_bytes(b"x"), "fixes.jsonl.gz is not what the manifest says"),
        (lambda folder: (folder / "votes.jsonl.gz").unlink(), "votes.jsonl.gz is missing"),
        (lambda folder: _rewrite(folder, '{"fix": 1, "value": 7}'), "votes.jsonl.gz, line 1: value"),
        (lambda folder: _rewrite(folder, '{"fix": 1, "colour": "red"}'), "votes.jsonl.gz, line 1"),
    ],
)
def test_a_dump_that_is_not_whole_is_refused_with_the_place(shelf, harm, sentence):
    folder = dump(shelf)
    harm(folder)
    with pytest.raises(CommandError, match=sentence):
        call_command("load_dump", folder, verbosity=0)
    assert not Problem.objects.exists()


def _rewrite(folder: Path, line: str) -> None:
    """Votes that a manifest promises and no schema allows."""
    path = folder / "votes.jsonl.gz"
    path.write_bytes(gzip.compress(line.encode() + b"\n"))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][path.name] |= {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": 1}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_rows_that_contradict_each_other_load_nothing(shelf):
    folder = dump(shelf)
    _rewrite(folder, json.dumps({"fix": 4711, "value": 1, "number": 2, "weight": 0.5, "on": "2026-11-24"}))
    with pytest.raises(CommandError, match="contradict each other"):
        call_command("load_dump", folder, verbosity=0)


def test_texts_go_without_mail_addresses_and_vins():
    said = "Ask bob.miller+car@mail.example.org about WBADT43452G296706, part XKB000040, 12345678901234567."
    assert without_numbers(said) == f"Ask {REMOVED} about {REMOVED}, part XKB000040, 12345678901234567."
    assert public_name("olive") == "olive"
    assert public_name("olive@example.org") is None
