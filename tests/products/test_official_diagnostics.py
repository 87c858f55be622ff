"""Acts on official diagnostics."""

import datetime
from decimal import Decimal

import pytest

from products.actions.fault_codes import add_fault_code, describe_fault_code
from products.actions.official_diagnostics import (
    attach_codes,
    attach_components,
    attach_document,
    cover_product,
    revise_diagnostic,
    supersede_diagnostic,
)
from products.errors import CodeTaken, InvalidDates, NameMissing, NumberTaken, SupersedeRefused, UnknownCurrency
from products.models import Change, OfficialDiagnostic
from tests.builders.accounts import make_admin, make_moderator
from tests.builders.products import a_make, a_model, a_year, brake_light_switch, make_diagnostic, make_fault_code

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 1)


def told(diagnostic):
    return Change.objects.filter(kind="official", object_id=diagnostic.pk).count()


def test_a_publisher_gives_a_number_once():
    first = make_diagnostic(number="GTR-418")
    assert told(first)
    with pytest.raises(NumberTaken):
        make_diagnostic(number="GTR-418")
    assert make_diagnostic(number="GTR-418", publisher="NHTSA").pk


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"title": " "}, NameMissing),
        ({"effective_from": DAY, "effective_until": DAY - datetime.timedelta(days=1)}, InvalidDates),
        ({"remedy_currency": "dollars"}, UnknownCurrency),
        ({"remedy_cost": Decimal(-1)}, InvalidDates),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(fields, refusal):
    diagnostic = make_diagnostic(title="Check the computer")
    with pytest.raises(refusal):
        revise_diagnostic(diagnostic=diagnostic, **fields)
    diagnostic.refresh_from_db()
    assert (diagnostic.title, diagnostic.remedy_currency) == ("Check the computer", "USD")


def test_a_revision_is_told_to_the_search():
    diagnostic = make_diagnostic()
    before = told(diagnostic)
    assert revise_diagnostic(diagnostic=diagnostic, title="Test the switch first").title == "Test the switch first"
    assert told(diagnostic) == before + 1


class TestSuperseding:
    def test_ends_the_old_one_the_day_before_and_begins_the_new_one(self):
        old, new = make_diagnostic(), make_diagnostic()
        supersede_diagnostic(diagnostic=old, by=new, on=DAY)
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.superseded_by, old.effective_until) == (new, datetime.date(2026, 10, 31))
        assert new.effective_from == DAY
        assert list(OfficialDiagnostic.objects.in_force(DAY)) == [new]

    def test_never_goes_in_a_circle(self):
        first, second, third = make_diagnostic(), make_diagnostic(), make_diagnostic()
        supersede_diagnostic(diagnostic=first, by=second, on=DAY)
        supersede_diagnostic(diagnostic=second, by=third, on=DAY + datetime.timedelta(days=9))
        for old, new in ((first, first), (third, first), (first, third)):
            with pytest.raises(SupersedeRefused):
                supersede_diagnostic(diagnostic=old, by=new, on=DAY + datetime.timedelta(days=20))


def test_products_codes_components_and_documents_hang_on_a_diagnostic_once():
    diagnostic, code, switch = make_diagnostic(), make_fault_code(), brake_light_switch()
    for _ in range(2):
        cover_product(diagnostic=diagnostic, product=a_year(), serial_from="A100", serial_to="A199")
        attach_codes(diagnostic=diagnostic, codes=[code])
        attach_components(diagnostic=diagnostic, components=[switch])
        attach_document(diagnostic=diagnostic, name="letter.pdf", summary="To owners")
    assert (diagnostic.coverage.count(), diagnostic.codes.get(), diagnostic.components.get()) == (1, code, switch)
    assert attach_document(diagnostic=diagnostic, name="letter.pdf", summary="Revised").summary == "Revised"
    assert diagnostic.documents.count() == 1
    with pytest.raises(InvalidDates):
        cover_product(diagnostic=diagnostic, product=a_year(), serial_from="B200", serial_to="B100")


def test_a_diagnostic_applies_to_the_product_to_what_stands_above_and_to_what_stands_below():
    a_year()
    diagnostic = make_diagnostic(products=[a_model()])
    for product in (a_model(), a_make(), a_year()):
        assert list(OfficialDiagnostic.objects.applying_to(product)) == [diagnostic]
    assert not OfficialDiagnostic.objects.applying_to(a_model(name="Discovery"))


def test_a_code_has_one_meaning_a_source_and_several_sources_may_disagree():
    first = add_fault_code(code="p0571-00", description="Brake switch A", source="one", make=a_make())
    add_fault_code(code="P0571-00", description="Cruise control switch", source="another", make=a_make())
    with pytest.raises(CodeTaken):
        add_fault_code(code="P 0571-00", description="Something else", source="one", make=a_make())
    assert describe_fault_code(fault_code=first, description="Brake switch A, circuit").description.endswith("circuit")
    with pytest.raises(NameMissing):
        describe_fault_code(fault_code=first, description=" ")


class TestTheAdministration:
    def typed(self, **fields):
        return {
            "kind": "procedure", "publisher": "Land Rover", "number": "GTR-500", "title": "Test the switch first",
            "remedy_currency": "USD", "remedy_available": "on", "covers": "cars/land-rover/range-rover/2004",
            "coverage-TOTAL_FORMS": "0", "coverage-INITIAL_FORMS": "0", "documents-TOTAL_FORMS": "0",
            "documents-INITIAL_FORMS": "0", **fields,
        }  # fmt: skip

    def test_publishes_through_the_action(self, client_of):
        a_year()
        client_of(make_admin()).post("/admin/products/officialdiagnostic/add/", self.typed())
        diagnostic = OfficialDiagnostic.objects.get()
        assert diagnostic.coverage.get().product == a_year()
        assert told(diagnostic)

    def test_supersedes_and_says_why_not_beside_the_field(self, client_of):
        a_year()
        old, new = make_diagnostic(number="GTR-1"), make_diagnostic(number="GTR-2")
        client = client_of(make_admin())
        address = f"/admin/products/officialdiagnostic/{old.pk}/change/"
        page = client.post(address, self.typed(superseded_by=old.pk, superseded_on="2026-11-01"))
        assert "cannot take its own place" in page.content.decode()
        client.post(address, self.typed(superseded_by=new.pk, superseded_on="2026-11-01"))
        old.refresh_from_db()
        assert (old.superseded_by, old.number) == (new, "GTR-1")

    def test_shows_a_moderator_everything_and_lets_nobody_delete(self, client_of):
        diagnostic = make_diagnostic()
        moderator = client_of(make_moderator())
        assert moderator.get(f"/admin/products/officialdiagnostic/{diagnostic.pk}/change/").status_code == 200
        assert moderator.post("/admin/products/officialdiagnostic/add/", self.typed()).status_code == 403
        address = f"/admin/products/officialdiagnostic/{diagnostic.pk}/delete/"
        assert client_of(make_admin()).post(address, {"post": "yes"}).status_code == 403
