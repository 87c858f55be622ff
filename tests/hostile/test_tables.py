"""Hostile files through the import: refused with a sentence within the memory, or harmless text; no live formula."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from benchmarks.hostile_tables import MOST_MB, hostile_files, in_a_process, send
from tests.builders.accounts import make_professional
from tests.builders.products import a_make, a_year
from tests.builders.wiki import make_fix, make_problem
from tests.html import read
from wiki.feeds import unformulated
from wiki.models import Fix, Outcome, TableImport

FORMULA = ("=", "+", "-", "@", "\t", "\r")
# A small table of plain text is what it is; its columns mean nothing here, and the next step says so.
HARMLESS = {"formula_injection.csv", "utf16_bom.csv"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Memory is read where Linux tells it.")
def test_each_hostile_file_is_refused_with_a_sentence_within_the_memory(shared_data, client_of):
    a_year()
    workshop = make_professional(product=a_make())
    client = client_of(workshop)
    what = f"outcomes:{workshop.memberships.get().organisation_id}"

    for name, content in hostile_files(shared_data):
        (status, sentence), grown = in_a_process(lambda name=name, content=content: send(client, what, name, content))
        assert status == (302 if name in HARMLESS else 422), (name, status)
        assert sentence.endswith((".", "?")) and len(sentence) > 40, (name, sentence)
        assert grown < MOST_MB, (name, grown)


@pytest.mark.django_db
def test_whatever_people_write_in_a_cell_is_text_or_named(shared_data, client_of):
    payloads = []
    for name in ("naughty_strings", "xxe", "crlf"):
        lines = (shared_data / "hostile" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        payloads += [json.loads(line)["payload"] for line in lines]
    payloads = [text for text in payloads if isinstance(text, str) and "\0" not in text]
    workshop = make_professional(product=a_make())
    fix = make_fix(problem=make_problem(product=a_year()))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["job_number", "remedy", "product", "result", "note", "money", "happened_on"])
    for number, payload in enumerate(payloads):
        payload = payload.encode("utf-8", "replace").decode()
        writer.writerow([f"J-{number}", fix.remedy.pk, a_year().path, "worked", payload, payload, payload])
    table_import = TableImport.objects.create(
        kind="outcomes",
        member=workshop,
        organisation=workshop.memberships.get().organisation,
        source_name="naughty.csv",
        content=text.getvalue().encode(),
        reading={"columns": ["job_number", "remedy", "product", "result", "note", "", ""]},
        created_at=fix.created_at,
    )
    page = read(client_of(workshop).get(f"/import/{table_import.pk}/"))
    fit, wrong = (int(page.one(name).text.replace(",", "")) for name in ("new", "wrong-count"))
    assert fit + wrong == len(payloads) and fit > 500
    table_import.reading = {
        "columns": ["job_number", "remedy", "product", "result", "note", "money", "happened_on"],
        "order": "day",
        "mark": "point",
    }
    table_import.save()
    page = read(client_of(workshop).get(f"/import/{table_import.pk}/"))
    assert int(page.one("wrong-count").text.replace(",", "")) > 500
    assert all(each.text.startswith("Row ") for each in page.all("wrong"))


@pytest.mark.django_db
def test_no_formula_lives_after_a_round_trip_and_no_apostrophe_gathers(shared_data, client_of):
    lines = (shared_data / "hostile" / "csv_injection.jsonl").read_text(encoding="utf-8").splitlines()
    payloads = [f"{json.loads(line)['payload']} x" for line in lines]
    workshop = make_professional(product=a_make())
    client = client_of(workshop)
    organisation = workshop.memberships.get().organisation
    problems = [make_problem(product=a_year(), title=payload) for payload in payloads]

    def bring(rows: list[list[str]], heading: list[str], kind: str) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([heading, *rows])
        file = SimpleUploadedFile("table.csv", text.getvalue().encode())
        start = client.post("/import/", {"what": f"{kind}:{organisation.pk}", "file": file})
        page = read(client.get(start["Location"]))
        client.post(start["Location"], page.form("columns-form").values)
        address = start["Location"].replace("columns/", "")
        assert client.post(f"{address}run/").status_code == 302, read(client.get(address)).text

    heading = ["number", "problem", "title", "steps", "cost", "hours", "summary"]
    rows = [
        [str(number), str(problem.pk), payload, "1. Look.", "0", "0", payload]
        for number, (problem, payload) in enumerate(zip(problems, payloads, strict=True))
    ]
    bring(rows, heading, "fixes")
    stored = {fix.problem_id: fix.title for fix in Fix.objects.all()}
    assert len(stored) == len(payloads)

    live = []
    addresses = ("/p/cars/land-rover/range-rover/", "/make/land-rover/", organisation.get_absolute_url())
    seen = 0
    for address in addresses:
        response = client.get(f"{address}?format=csv")
        assert response.status_code == 200, address
        for row in csv.reader(io.StringIO(response.content.decode(), newline="")):
            live += [cell for cell in row if cell.startswith(FORMULA)]
            seen += sum(1 for cell in row if cell.endswith(" x"))
    assert live == []
    assert seen >= len(payloads), "the payloads were in what was exported"

    # What an export says of a title goes in again as it stood, twice.
    for _ in range(2):
        again = [[row[0], row[1], str(unformulated(stored[int(row[1])])), "1. Look.", "0", "0", ""] for row in rows]
        bring(again, heading, "fixes")
    assert {fix.problem_id: fix.title for fix in Fix.objects.all()} == stored
    assert set(Fix.objects.values_list("version", flat=True)) == {1}
    assert not Outcome.objects.exists()
