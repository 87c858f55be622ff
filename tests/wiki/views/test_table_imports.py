"""Bringing a table: columns, preview with every error at its cell, all or nothing, a second run, undo."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from products.models import DiagnosticPart, ImportRun, OfficialDiagnostic, Product
from tests.builders.accounts import make_moderator, make_professional, make_staff, make_user
from tests.builders.products import a_make, a_model, a_year
from tests.builders.wiki import make_comment, make_experienced, make_fix, make_outcome, make_problem
from tests.html import read
from wiki.models import Evidence, Fix, Outcome, TableImport

pytestmark = pytest.mark.django_db


@pytest.fixture
def fix():
    return make_fix(problem=make_problem(product=a_year()), title="Replace the brake light switch")


@pytest.fixture
def workshop():
    return make_professional(product=a_make())


def bring(client, kind, text, *, name="table.csv", answers=None, to_the_end=True):
    """Walk from the file to the preview (or through it); the page it ends on."""
    start = read(client.get(f"/import/?kind={kind}")).form("upload-form")
    content = text if isinstance(text, bytes) else text.encode()
    what = next(value for value in _doors(client) if value.startswith(f"{kind}:"))
    response = client.post("/import/", {**start.values, "what": what, "file": SimpleUploadedFile(name, content)})
    if response.status_code != 302:
        return read(response)
    address = response["Location"]
    page = read(client.get(address))
    response = client.post(address, {**page.form("columns-form").values, **(answers or {})})
    if response.status_code != 302:
        return read(response)
    address = response["Location"]
    page = read(client.get(address))
    if not to_the_end or page.has("wrong"):
        return page
    response = client.post(f"{address}run/")
    return read(client.get(response["Location"])) if response.status_code == 302 else read(response)


def _doors(client):
    page = read(client.get("/import/"))
    return [part.attribute("value") for part in page.select("//input[@name='what']")]


def undo(client):
    pk = TableImport.objects.filter(run__state="finished").latest("pk").pk
    response = client.post(f"/import/{pk}/undo/", follow=True)
    return read(response)


def counts(page):
    return tuple(int(page.one(name).text.replace(",", "")) for name in ("new", "changed", "unchanged"))


def test_a_workshops_jobs_are_read_as_its_own_software_writes_them(client_of, workshop, fix):
    client = client_of(workshop)
    address = fix.get_absolute_url()
    text = (
        "RO number;Correction;Vehicle;Outcome;Closed;Invoice;Odometer (km);Notes\n"
        f"J-1;{address};{a_year().path};worked;13/04/2026;€ 1.234,50;195.000;=1+1\n"
        f"J-2;{address};{a_year().full_name};Failed;03/04/2026;60,00;120000;'=1+1\n"
    )
    page = bring(client, "outcomes", text)
    assert page.one("made").text == "2"
    one, two = Outcome.objects.order_by("job_number")
    assert (str(one.money), one.currency, one.usage, one.usage_unit) == ("1234.50", "EUR", 195000, "km")
    assert (one.happened_on.isoformat(), two.happened_on.isoformat()) == ("2026-04-13", "2026-04-03")
    assert (one.tier, one.done_by, two.result) == ("professional", "workshop", "failed")
    assert (one.note, two.note) == ("=1+1", "=1+1"), "the apostrophe of an export does not gather"
    again = bring(client, "outcomes", text, to_the_end=False)
    assert counts(again) == (0, 0, 2)
    changed = bring(client, "outcomes", text.replace(";60,00;", ";65,00;"))
    assert (changed.one("made").text, changed.one("changed").text) == ("0", "1")
    undo(client)
    assert str(Outcome.objects.get(job_number="J-2").money) == "60.00"


def test_every_cell_that_does_not_fit_is_named_and_nothing_is_taken(client_of, workshop, fix):
    text = (
        "job_number,remedy,product,result,money,usage,happened_on,procedure_followed\n"
        f"J-1,{fix.remedy.pk},{a_year().path},worked,60,5 mi,2026-04-03,yes\n"
        f"J-2,999999,cars/tesla,perhaps,abc,5 furlongs,2099-01-01,maybe\n"
        f",{fix.remedy.pk},{a_year().path},worked,,,,\n"
        f"J-1,{fix.remedy.pk},{a_year().path},worked,,,,\n"
        f"J-4,{fix.remedy.pk},{a_year().path},worked,,,,,more\n"
    )
    page = bring(client_of(workshop), "outcomes", text)
    said = [each.text for each in page.all("wrong")]
    for sentence in (
        "Row 3, column E “money”: “abc” is not an amount of money.",
        "Row 3, column F “usage”: “5 furlongs” has a unit that is not understood: mi, km, h, cycles or months.",
        "Row 3, column H “procedure_followed”: “maybe” is neither yes nor no.",
        "Row 4, column A “job_number”: This is needed.",
        "Row 5, column A “job_number”: “J-1” stands in row 2 already.",
        "Row 6: There are more cells than the heading has.",
    ):
        assert sentence in said
    assert not page.has("run-form")
    assert not Outcome.objects.exists()
    for part in ("“999999” is none", "“cars/tesla” is no product", "D “result”", "“2099-01-01” is not a day that was"):
        assert any(sentence.startswith("Row 3") and part in sentence for sentence in said), part
    nothing = {
        "fixes": "problem,title,steps,cost,hours",
        "parts": "fix,name",
        "outcomes": "job_number,remedy,product,result",
    }
    for kind, heading in nothing.items():
        empty = "," * (heading.count(",") + 1)
        page = bring(client_of(workshop), kind, f"{heading},zzz\n{empty}x\n")
        assert page.all("wrong"), kind


def test_what_could_mean_two_things_is_asked_and_not_guessed(client_of, workshop, fix):
    client = client_of(workshop)
    text = (
        "job_number,remedy,product,result,happened_on,money,usage\n"
        f'J-1,{fix.remedy.pk},{a_year().path},worked,03/04/2026,"1,234",121000\n'
    )
    page = bring(client, "outcomes", text)
    asked = page.one("form-errors").text
    for question in ("What stands first in days", "What is 1,234 or 1.234", "What are bare numbers of usage"):
        assert question in asked
    done = bring(client, "outcomes", text, answers={"order": "month", "mark": "point", "unit": "mi"})
    assert done.one("made").text == "1"
    outcome = Outcome.objects.get()
    assert (outcome.happened_on.isoformat(), str(outcome.money), outcome.usage_unit) == ("2026-03-04", "1234.00", "mi")


def test_an_undone_import_leaves_the_plan_as_it_was(client_of, workshop, fix):
    client = client_of(workshop)
    before = list(Evidence.objects.order_by("pk").values())
    text = f"job_number,remedy,product,result\nJ-1,{fix.remedy.pk},{a_year().path},worked\n"
    page = bring(client, "outcomes", text)
    assert page.has("undo")
    assert Outcome.objects.get().state == "published"
    assert list(Evidence.objects.order_by("pk").values()) != before
    page = undo(client)
    assert "undone" in page.one("state").text
    assert Outcome.objects.get().state == "deleted"
    sums = [row for row in Evidence.objects.values() if any(value for key, value in row.items() if key not in _KEYS)]
    assert sums == [row for row in before if any(value for key, value in row.items() if key not in _KEYS)]
    assert bring(client, "outcomes", text).one("made").text == "1", "the same file may come again"


_KEYS = {"id", "remedy_id", "product_id", "group", "kind", "tier"}


def test_an_undo_is_refused_with_the_list_where_others_have_built_on_a_row(client_of, fix):
    member = make_experienced()
    client = client_of(member)
    text = "\n".join(
        [
            "number,problem,title,steps,cost,hours",
            f"KB-1,{fix.problem_id},Clean the switch,1. Clean it.,0,0.3",
            f"KB-2,{fix.problem_id},Bend the bracket,1. Bend it.,0,0.2",
        ]
    )
    page = bring(client, "fixes", text)
    assert page.one("made").text == "2"
    made = Fix.objects.get(title="Clean the switch")
    make_outcome(fix=made, member=make_user())
    page = undo(client)
    assert "row 2: others have reported or written on “Clean the switch”" in page.text
    assert Fix.objects.filter(author=member, state="published").count() == 2
    Outcome.objects.update(state="deleted")
    undo(client)
    assert not Fix.objects.filter(author=member, state="published").exists()


def test_fixes_meet_by_own_number_or_title_and_change_with_their_history(client_of, workshop, fix):
    client = client_of(workshop)
    heading = "number,problem,product,title,steps,cost,hours,difficulty\n"
    row = f"KB-1,{fix.problem.title},{a_year().path},Clean the switch,1. Clean it.,$5,0.3,Easy\n"
    assert bring(client, "fixes", heading + row).one("made").text == "1"
    assert counts(bring(client, "fixes", heading + row, to_the_end=False)) == (0, 0, 1)
    done = bring(client, "fixes", heading + row.replace("$5", "$7.50").replace("Clean the switch", "Clean the sensor"))
    assert done.one("changed").text == "1"
    made = Fix.objects.get(title="Clean the sensor")
    assert (str(made.cost), made.version, made.difficulty) == ("7.50", 2, "easy")
    undo(client)
    made.refresh_from_db()
    assert (made.title, str(made.cost), made.version) == ("Clean the switch", "5.00", 3)
    others = bring(client, "fixes", heading + f",{fix.problem_id},,{fix.title},1. Other.,1,1,easy\n")
    assert "is here already, and says something else" in others.one("wrong").text


def test_a_manufacturer_brings_official_diagnostics_of_its_scope(client_of):
    a_year()
    staff = make_staff(product=a_make())
    client = client_of(staff)
    heading = "number,kind,title,product,remedy_title,remedy_cost,issued_on\n"
    row = (
        "SB-1,bulletin,Check the switch,cars/land-rover/range-rover | | | 2002-01-01,Replace the switch,60,2026-03-14\n"
    )
    assert bring(client, "official", heading + row).one("made").text == "1"
    diagnostic = OfficialDiagnostic.objects.get()
    assert (diagnostic.publisher, diagnostic.coverage.get().product) == (
        staff.memberships.get().organisation.name,
        a_model(),
    )
    assert counts(bring(client, "official", heading + row, to_the_end=False)) == (0, 0, 1)
    assert bring(client, "official", heading + row.replace(",60,", ",75,")).one("changed").text == "1"
    undo(client)
    diagnostic.refresh_from_db()
    assert str(diagnostic.remedy_cost) == "60.00"
    parts = "official,name,part no,supplier\nSB-1,Brake light switch,XKB500110,Lucas\n"
    assert bring(client, "parts", parts).one("changed").text == "1"
    assert DiagnosticPart.objects.get().supplier == "Lucas"
    undo(client)
    assert not DiagnosticPart.objects.exists()
    a_make(name="Saab")
    rival = bring(client, "official", heading + row.replace("SB-1", "SB-2").replace("land-rover/range-rover", "saab"))
    assert "is not in the scope of" in rival.one("wrong").text
    first = TableImport.objects.filter(kind="official").earliest("pk")
    page = read(client.post(f"/import/{first.pk}/undo/", follow=True))
    assert "was revised since" in page.text and OfficialDiagnostic.objects.exists()


def test_a_published_diagnostic_goes_when_its_import_is_undone(client_of):
    staff = make_staff(product=a_make())
    client = client_of(staff)
    bring(
        client,
        "official",
        "number,kind,title,product,remedy_title\nSB-1,bulletin,Check the switch,cars/land-rover,Replace it\n",
    )
    assert OfficialDiagnostic.objects.exists()
    undo(client)
    assert not OfficialDiagnostic.objects.exists()


def test_a_moderator_brings_products_and_public_records(client_of):
    a_year()
    client = client_of(make_moderator())
    places = ("Cars,Land Rover,Range Rover,2004", "Cars,Land Rover,Rnge Rover,2005", "Cars,Saab,9-3,2003")
    text = "\n".join(["category,make,model,year", *places])
    page = bring(client, "products", text, to_the_end=False)
    assert counts(page) == (2, 0, 1)
    assert "Do you mean “Range Rover”?" in page.one("hint").text
    page = bring(client, "products", text)
    assert Product.objects.filter(path="cars/saab/9-3/2003").exists()
    undo(client)
    assert not Product.objects.filter(name="Saab").exists()
    heading = "number,publisher,kind,title,product,remedy_title\n"
    record = f"{heading}24V-123,NHTSA,recall,A recall,cars/land-rover,Replace it\n"
    assert bring(client, "official", record).one("made").text == "1"
    assert counts(bring(client, "official", record, to_the_end=False)) == (0, 0, 1)
    assert "says something else" in bring(client, "official", record.replace("A recall", "Another")).one("wrong").text
    undo(client)
    assert not OfficialDiagnostic.objects.exists()


def test_a_manufacturer_brings_products_below_its_own_only(client_of):
    client = client_of(make_staff(product=a_make()))
    page = bring(client, "products", "category,make,model\nCars,Land Rover,Defender\nCars,Saab,9-3\n")
    assert "is not in the scope of" in page.one("wrong").text
    assert not Product.objects.filter(name="Defender").exists()
    assert bring(client, "products", "category,make,model\nCars,Land Rover,Defender\n").one("made").text == "1"


def test_parts_of_a_fix_get_prices_and_what_replaced_them(client_of, fix):
    client = client_of(make_experienced())
    parts = list(fix.parts.all())
    text = (
        "fix,name,number,superseded by,price,qty\n"
        f"{fix.get_absolute_url()},Brake light switch,XKB500110,XKB500112,$59.90,1\n"
        f"{fix.pk},Clip,,,0.5,2\n"
    )
    assert bring(client, "parts", text).one("changed").text == "1"
    there = {part.name: part for part in fix.parts.all()}
    assert str(there["Clip"].price) == "0.50" and there["Clip"].quantity == 2
    assert any(part.replaced_by == "XKB500112" for part in fix.parts.all())
    assert counts(bring(client, "parts", text, to_the_end=False)) == (0, 0, 1)
    undo(client)
    assert [part.name for part in fix.parts.all()] == [part.name for part in parts]


def test_a_spreadsheet_is_read_as_well_and_its_columns_are_remembered(client_of, workshop, fix):
    client = client_of(workshop)
    book = Workbook()
    book.active.append(["Auftrag", "Abhilfe", "Fahrzeug", "Ergebnis"])
    book.active.append(["J-1", fix.remedy.pk, a_year().full_name, "worked"])
    file = io.BytesIO()
    book.save(file)
    chosen = {"column_0": "job_number", "column_1": "remedy", "column_2": "product", "column_3": "result"}
    page = bring(client, "outcomes", file.getvalue(), name="jobs.xlsx")
    assert "Which column is “job_number”?" in page.text
    assert bring(client, "outcomes", file.getvalue(), name="jobs.xlsx", answers=chosen).one("made").text == "1"
    colleague = make_professional(product=a_make(), organisation=workshop.memberships.get().organisation)
    again = bring(client_of(colleague), "outcomes", file.getvalue(), name="jobs.xlsx", to_the_end=False)
    assert counts(again) == (0, 0, 1)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings_are_read_or_asked_about(client_of, workshop, fix, encoding):
    text = f"job_number,remedy,product,result,note\nJ-1,{fix.remedy.pk},{a_year().path},worked,Zündschloß gefettet\n"
    page = bring(client_of(workshop), "outcomes", text.encode(encoding))
    assert page.one("made").text == "1"
    assert Outcome.objects.get().note == "Zündschloß gefettet"


def test_a_row_that_is_refused_at_the_last_moment_takes_all_back(client_of, workshop, fix, monkeypatch):
    other = make_fix(problem=fix.problem, title="Another one")
    text = (
        "job_number,remedy,product,result\n"
        f"J-1,{fix.remedy.pk},{a_year().path},worked\nJ-2,{other.remedy.pk},{a_year().path},worked\n"
    )
    client = client_of(workshop)
    page = bring(client, "outcomes", text, to_the_end=False)
    from wiki.importers.tables import outcomes

    real = outcomes.record_job

    def too_late(*, remedy, **more):
        if remedy.pk == other.remedy.pk:
            Fix.objects.filter(pk=other.pk).update(state="hidden")
        return real(remedy=remedy, **more)

    monkeypatch.setattr(outcomes, "record_job", too_late)
    pk = TableImport.objects.get().pk
    response = client.post(f"/import/{pk}/run/")
    assert response.status_code == 422
    page = read(response)
    assert "Row 3" in page.one("why").text and "Nothing was kept." in page.one("why").text
    assert not Outcome.objects.exists() and not ImportRun.objects.exists()


def test_nobody_else_sees_a_table_and_members_without_the_right_bring_none(client_of, workshop, fix):
    bring(
        client_of(workshop), "outcomes", f"job_number,remedy,product,result\nJ,{fix.remedy.pk},{a_year().path},worked\n"
    )
    pk = TableImport.objects.get().pk
    for person in (make_user(), make_moderator(), make_professional(product=a_make())):
        assert client_of(person).get(f"/import/{pk}/").status_code == 404
        assert client_of(person).post(f"/import/{pk}/undo/").status_code == 404
    assert client_of(make_user()).get("/import/").status_code == 403
    assert make_comment(on=fix) is not None


def test_template_files_can_be_imported_as_they_are_but_for_their_example(client_of):
    client = client_of(make_moderator())
    for kind in ("fixes", "outcomes", "official", "parts", "products"):
        for form in ("csv", "xlsx"):
            assert client.get(f"/import/template/{kind}.{form}").status_code == 200
    assert client.get("/import/template/secrets.csv").status_code == 404
    file = client.get("/import/template/products.csv").content
    assert bring(client, "products", file, to_the_end=False).one("new").text == "1"
    help_page = read(client.get("/help/tables/"))
    assert len(help_page.all("table")) == 5
