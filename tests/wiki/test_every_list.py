"""Every page with a list gives it away as CSV, JSON and XML (and Atom), or it stands here why it doesn't.

A new template that pages through a list fails here until its route is named in one of the two tables.
"""

import csv
import io
import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.builders.accounts import make_organisation, make_professional, make_staff
from tests.builders.products import a_make, a_year, brake_light_switch, make_diagnostic, make_fault_code
from tests.builders.wiki import (
    NOW,
    make_fix,
    make_link,
    make_outcome,
    make_problem,
    make_regular,
    make_remedy,
    outcome_draft,
)
from tests.html import read
from tests.wiki.test_feeds import valid
from wiki.actions.following import follow
from wiki.actions.outcomes import record_outcome
from wiki.actions.trials import begin_trial
from wiki.rules.open_repair import CATEGORIES, COLUMNS, STATUSES

pytestmark = pytest.mark.django_db

PROJECT = Path(__file__).parents[2]

NO_LIST = {
    "names.html": "names of imported files: work of moderators, who decide on them there",
    "imports.html": "runs of imports: work of moderators; `list_imports` prints them",
    "import_run.html": "refused rows of a run: `list_imports --run` prints them",
    "import/run.html": "a table that somebody brought, which they have",
    "triage.html": "work to be done; the sightings are in the API and, counted, in the dump",
    "webhook.html": "deliveries of a webhook, each with what was sent; they go after days",
    "member.html": "the latest of what the ledger lists",
}
"""Templates that page through rows and give none of them away, with the reason."""
LISTED = {
    "inbox.html", "problem_list.html", "brand/gap.html", "brand/issues.html", "brand/official.html", "outcomes.html",
    "organisation.html", "member_ledger.html", "search_results.html", "history.html",
}  # fmt: skip


@pytest.fixture
def world():
    """Something in every list: (addresses, who reads them)."""
    maker = make_organisation(kind="manufacturer", scope=[a_make()], name="Land Rover")
    year, part = a_year(), brake_light_switch()
    problem = make_problem(product=year, component=part, title="Brake lights stay on and on")
    make_fault_code(code="P0571")
    fix = make_fix(problem=problem)
    member = make_regular(username="olga")
    outcome = make_outcome(fix=fix, member=member, note="=1+1")
    diagnostic = make_diagnostic(products=[year], components=[part], number="B-77")
    make_link(problem=problem, diagnostic=diagnostic)
    make_outcome(remedy=make_remedy(diagnostic=diagnostic), product=year)
    follow(thing=problem, actor=member, now=NOW, issues="")
    begin_trial(
        remedy=fix.remedy,
        product=year,
        owned_product=None,
        problem=problem,
        wants_mail=False,
        actor=make_regular(),
        now=NOW,
    )
    mechanic = make_professional(product=year)
    record_outcome(remedy=fix.remedy, draft=outcome_draft(product=year, job_number="J-1"), actor=mechanic, now=NOW)
    staff = make_staff(product=a_make(), organisation=maker)
    hub = f"/p/{year.path}/"
    public = [
        hub, f"{hub}?list=official", f"{hub}?list=outcomes", "/make/land-rover/",
        "/component/brake-light-switch/", "/component/brake-light-switch/?list=official", "/code/p0571/",
        problem.get_absolute_url(), f"{problem.get_absolute_url()}?product={year.path}&way=myself",
        reverse("wiki:fix-outcomes", args=[fix.pk, fix.slug]), diagnostic.get_absolute_url(),
        reverse("wiki:problem-history", args=[problem.pk]), reverse("wiki:fix-history", args=[fix.pk, fix.slug]),
        reverse("wiki:outcome-history", args=[outcome.pk]),
        "/u/olga/ledger/", "/brand/", f"/org/{mechanic.memberships.get().organisation.slug}/",
    ]  # fmt: skip
    maybe_empty = ["/search/?q=brake", "/u/olga/ledger/?of=trust", "/code/p0571/?list=official"]
    maybe_empty += [f"/brand/{maker.slug}/gap/", f"/brand/{maker.slug}/issues/", "/feeds/emerging/"]
    private = [("/me/following/", member), ("/pro/", mechanic), (f"/brand/{maker.slug}/official/", staff)]
    maybe_empty_private = [("/me/inbox/", member), ("/me/trying/", member)]
    return public, maybe_empty, private, maybe_empty_private


def asked(address: str, form: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}format={form}"


def rows_of(client, address: str) -> list[dict]:
    """The rows of a list, the same in every form."""
    table = client.get(asked(address, "csv"))
    assert table["Content-Type"] == "text/csv; charset=utf-8", address
    rows = list(csv.DictReader(io.StringIO(table.content.decode(), newline="")))
    items = client.get(asked(address, "json")).json()["items"]
    xml = valid(client.get(asked(address, "xml")).content)
    atom = client.get(asked(address, "atom"))
    assert atom["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert [row["url"] for row in rows] == [item["url"] for item in items] == [item.get("url") for item in xml]
    assert len({item["id"] for item in items}) == len(items), address
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    return rows


def test_every_list_is_given_away_in_every_form(client, client_of, world):
    public, maybe_empty, private, maybe_empty_private = world
    for address in public:
        assert rows_of(client, address), address
        assert "public" in client.get(asked(address, "csv"))["Cache-Control"]
    for address in maybe_empty:
        rows_of(client, address)
    for address, who in private:
        assert rows_of(client_of(who), address), address
        assert client_of(who).get(asked(address, "csv"))["Cache-Control"].startswith("private, no-store")
    for address, who in maybe_empty_private:
        rows_of(client_of(who), address)
    for address, _ in private + maybe_empty_private:
        assert client.get(asked(address, "csv")).status_code in (302, 404), address
    hub = public[0]
    (row,) = [row for row in rows_of(client, f"{hub}?list=outcomes") if row["note"]]
    assert row["note"] == "'=1+1"
    assert "olga" not in str(rows_of(client, f"{hub}?list=outcomes"))
    assert read(client.get(hub)).one("lists").links["Open Repair Data"] == "?format=ords"


def test_outcomes_of_a_product_are_open_repair_data(client, world):
    hub = world[0][0]
    response = client.get(asked(hub, "ords"))
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 3
    assert {row["brand"] for row in rows} == {"Land Rover"}
    assert {row["product_category"] for row in rows} <= set(CATEGORIES)
    assert {row["repair_status"] for row in rows} <= set(STATUSES)
    assert {row["year_of_manufacture"] for row in rows} == {"2004"}
    assert all(re.fullmatch(r"[a-z]+-\d+", row["id"]) for row in rows)


def test_every_template_that_pages_through_a_list_is_accounted_for():
    templates = PROJECT / "templates" / "wiki"
    paging = {
        str(path.relative_to(templates))
        for path in templates.rglob("*.html")
        if "components/pagination.html" in path.read_text(encoding="utf-8")
    }
    assert paging == LISTED | set(NO_LIST)
