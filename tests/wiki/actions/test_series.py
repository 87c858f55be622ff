"""The weekly series follow every act that makes, takes back, files, imports or undoes a sighting."""

import datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from products.actions.imports import undo_import
from products.actions.tree import move_product
from tests.builders.accounts import NOW
from tests.builders.products import a_make, a_model, a_year, make_component, make_product
from tests.builders.wiki import make_fix, make_outcome, make_problem, make_regular, make_unassigned
from wiki.actions.filings import file_sightings, undo_filing
from wiki.actions.series import rebuild_series, settle_failures, settle_series
from wiki.actions.sightings import report_sighting, report_unassigned, withdraw_sighting
from wiki.models import Complaint, MonitorState, SeriesWeek, Sighting
from wiki.queries.series import cells_of, differences, monday_of

pytestmark = pytest.mark.django_db
MONDAY = monday_of(NOW.date())


def rows():
    return list(SeriesWeek.objects.order_by("week", "pk").values_list("product", "component", "week", "reports"))


def test_a_report_makes_one_row_and_taking_it_back_leaves_none():
    problem, member = make_problem(component=make_component()), make_regular()
    sighting = report_sighting(problem=problem, actor=member, now=NOW)
    assert rows() == [(problem.product_id, problem.component_id, MONDAY, 1)]
    report_sighting(problem=problem, actor=make_regular(), now=NOW)
    assert rows() == [(problem.product_id, problem.component_id, MONDAY, 2)]
    withdraw_sighting(sighting=sighting, actor=member, now=NOW)
    assert rows() == [(problem.product_id, problem.component_id, MONDAY, 1)]
    assert differences() == []


def test_a_report_counts_by_the_day_it_comes_in_and_one_without_a_component_nowhere():
    component = make_component()
    problem = make_problem(component=component)
    report_sighting(problem=problem, actor=make_regular(), now=NOW, seen_on=NOW.date() - datetime.timedelta(days=400))
    report_unassigned(product=a_year(), actor=make_regular(), now=NOW, text="It smells")
    assert rows() == [(problem.product_id, component.pk, MONDAY, 1)]


def test_filing_gives_a_suggested_component_up_and_undoing_gives_it_back():
    guess, right = make_component(), make_component()
    problem, member = make_problem(component=right), make_regular()
    [sighting] = make_unassigned(product=problem.product, component=guess, component_suggested=True)
    settle_series(cells=cells_of(Sighting.objects.all()))
    filing = file_sightings(sightings=[sighting.pk], problem=problem, actor=member, now=NOW)
    assert [row[1] for row in rows()] == [right.pk]
    undo_filing(filing=filing, actor=member, now=NOW)
    assert [row[1] for row in rows()] == [guess.pk]
    assert differences() == []


def test_what_a_recall_prompted_is_counted_apart_and_harm_by_the_gravest():
    component = make_component()
    complaint = Complaint.objects.create(number="1", prompted_by_recall=True)
    make_unassigned(component=component, complaint=complaint, severity="fire")
    make_unassigned(component=component, severity="fire")
    make_unassigned(component=component, severity="death")
    rebuild_series()
    row = SeriesWeek.objects.get()
    assert (row.reports, row.recall_prompted, row.fires, row.crashes, row.injuries) == (2, 1, 1, 0, 1)


def test_a_remedy_that_failed_counts_for_the_component_of_its_problem():
    problem = make_problem(component=make_component())
    make_outcome(remedy=make_fix(problem=problem).remedy, result="failed")
    make_outcome(remedy=make_fix(problem=problem).remedy, result="worked")
    settle_failures()
    row = SeriesWeek.objects.get()
    assert (row.component_id, row.reports, row.failed_outcomes) == (problem.component_id, 0, 1)
    settle_failures()
    assert SeriesWeek.objects.get().failed_outcomes == 1


def test_imports_come_into_the_series_and_undoing_takes_them_out(tmp_path):
    make_component(name="Brakes")
    table = tmp_path / "complaints.csv"
    lines = [
        f"{number},Land Rover,Range Rover,2004,SERVICE BRAKES,2024021{number},2024022{number},Stuck."
        for number in (1, 2)
    ]
    table.write_text("ODINO,MAKETXT,MODELTXT,YEARTXT,COMPDESC,FAILDATE,LDATE,CDESCR\n" + "\n".join(lines) + "\n")
    a_year()
    call_command("import_nhtsa_flat", str(table), verbosity=0)
    assert [(str(row[2]), row[3]) for row in rows()] == [("2024-02-19", 2)]
    assert differences() == []
    call_command("import_nhtsa_flat", str(table), verbosity=0)
    assert [row[3] for row in rows()] == [2]
    undo_import(run=Sighting.objects.first().created_by_run, at=NOW)
    assert rows() == []


def test_a_change_in_a_week_that_was_looked_at_is_noted_and_one_after_it_not():
    problem = make_problem(component=make_component())
    MonitorState.objects.create(pk=1, through=MONDAY - datetime.timedelta(weeks=1))
    report_sighting(problem=problem, actor=make_regular(), now=NOW)
    assert MonitorState.objects.get().changed_from is None
    earlier = NOW - datetime.timedelta(weeks=3)
    report_sighting(problem=problem, actor=make_regular(), now=earlier)
    assert MonitorState.objects.get().changed_from == monday_of(earlier.date())


def test_a_product_that_moves_changes_no_count_and_lets_the_monitor_look_again():
    problem = make_problem(component=make_component(), product=a_year())
    report_sighting(problem=problem, actor=make_regular(), now=NOW)
    MonitorState.objects.filter(pk=1).update(through=MONDAY)
    before = rows()
    move_product(product=a_model(), parent=a_make(name="Rover"))
    assert rows() == before
    assert MonitorState.objects.get().changed_from == MONDAY


def test_check_monitor_finds_a_count_that_is_wrong_and_rebuild_monitor_puts_it_right(capsys):
    make_unassigned(component=make_component(), count=3)
    with pytest.raises(CommandError):
        call_command("check_monitor", verbosity=0)
    call_command("rebuild_monitor", verbosity=0)
    call_command("check_monitor", verbosity=0)
    SeriesWeek.objects.update(reports=9)
    with pytest.raises(CommandError):
        call_command("check_monitor", verbosity=0)
    assert "[9, 0, 0, 0, 0] instead of [3, 0, 0, 0, 0]" in capsys.readouterr().err


def test_a_product_below_counts_for_itself_alone():
    component = make_component()
    variant = make_product(parent=a_year(), kind="variant", name="4.4 V8")
    make_unassigned(product=variant, component=component)
    make_unassigned(product=a_year(), component=component)
    rebuild_series()
    assert sorted((row[0], row[3]) for row in rows()) == sorted([(variant.pk, 1), (a_year().pk, 1)])
