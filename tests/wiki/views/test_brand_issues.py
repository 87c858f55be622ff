"""Emerging issues in a manufacturer's console: the list, one issue's page, and what is done about it."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders.accounts import NOW, make_moderator, make_organisation, make_staff, make_user
from tests.builders.products import a_make, a_model, a_year, brake_light_switch, make_component, make_diagnostic
from tests.builders.wiki import make_fix, make_issue, make_outcome, make_problem, make_unassigned
from tests.html import read
from wiki.actions.emerging_issues import answer_issue, assign_issue, close_issue, note_on_issue
from wiki.models import EmergingIssue, IssueEvent, IssueWeek, MonitorState, SeriesWeek

MONDAY = NOW.date() - datetime.timedelta(days=NOW.weekday())


@pytest.fixture
def maker(db):
    return make_organisation(kind="manufacturer", name="Land Rover", scope=[a_make()])


@pytest.fixture
def stella(maker):
    return make_staff(product=a_make(), organisation=maker, username="stella")


@pytest.fixture
def staff_client(stella):
    client = Client()
    client.force_login(stella)
    return client


@pytest.fixture
def switch(maker):
    """A public alert on the switch of the model, with half a year of weeks."""
    issue = make_issue(product=a_model(), component=brake_light_switch(), is_public=True, terms=[["brake lights", 4.2]])
    IssueWeek.objects.bulk_create(
        IssueWeek(issue=issue, week=MONDAY - datetime.timedelta(weeks=back), observed=back % 3, expected=0.4, score=1.0)
        for back in range(26)
    )
    return issue


def listed(response):
    return [row.select(".//th/a")[0].text for row in read(response).all("issue")]


# ---------------------------------------------------------------- the list


def test_a_row_says_ratio_interval_first_flag_harm_state_and_owner(maker, staff_client, stella):
    make_issue(
        product=a_model(), component=brake_light_switch(), fires=2, injuries=1, doubling_weeks=7.6, assigned_to=stella
    )

    row = read(staff_client.get(f"/brand/{maker.slug}/issues/")).one("issue")

    assert row.one("ratio").text == "3.0 (1.6 to 5.2)"
    assert row.one("harm").text == "1 injured, 2 fires"
    assert row.one("owner").text == "stella"
    assert row.one("level").text == "Alert"
    assert "12 Oct 2026" in row.text
    assert "doubles in 8 weeks" in row.text


def test_the_public_sees_public_and_answered_issues_alone(maker, client, staff_client):
    make_issue(component=make_component(name="Horn"), is_public=True)
    make_issue(component=make_component(name="Fan"), state="answered")
    make_issue(component=make_component(name="Seat"))
    address = f"/brand/{maker.slug}/issues/"

    assert sorted(listed(client.get(address))) == ["Fan", "Horn"]
    assert sorted(listed(staff_client.get(address))) == ["Fan", "Horn", "Seat"]
    assert not read(client.get(address)).has("owner")


def test_issues_of_another_manufacturer_are_not_listed(maker, staff_client):
    other = make_issue(product=a_year(model="Wrangler", make="Jeep"), is_public=True)

    assert listed(staff_client.get(f"/brand/{maker.slug}/issues/")) == []
    assert staff_client.get(f"/brand/{maker.slug}/issue/{other.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Horn", "Fan"]),
        ("state=closed", ["Seat"]),
        ("state=all", ["Horn", "Fan", "Seat"]),
        ("state=new", ["Horn"]),
        ("level=watch", ["Fan"]),
        ("mine=on", ["Fan"]),
        ("order=ratio", ["Fan", "Horn"]),
    ],
)
def test_the_list_is_filtered_and_sorted_by_its_address(maker, staff_client, stella, asked, found):
    make_issue(component=make_component(name="Horn"), score=30, is_public=True)
    make_issue(
        component=make_component(name="Fan"),
        level="watch",
        ratio=9,
        state="under_review",
        assigned_to=stella,
        is_public=True,
    )
    make_issue(component=make_component(name="Seat"), state="closed", score=2, is_public=True)

    assert listed(staff_client.get(f"/brand/{maker.slug}/issues/?{asked}")) == found


def test_a_component_and_a_product_take_all_below_them(maker, staff_client):
    switch = brake_light_switch()
    make_issue(product=a_year(), component=switch, is_public=True)
    make_issue(product=a_model(name="Defender"), component=make_component(name="Horn"), is_public=True)
    make_issue(product=a_model(), component=switch.get_root(), is_public=True)
    address = f"/brand/{maker.slug}/issues/"

    assert len(listed(staff_client.get(f"{address}?component={switch.get_root().pk}"))) == 2
    assert len(listed(staff_client.get(f"{address}?product={a_model().pk}"))) == 2
    assert listed(staff_client.get(f"{address}?component={switch.pk}")) == ["Brake light switch"]


def test_a_filter_that_nobody_offers_is_refused_beside_its_field(maker, staff_client, switch):
    page = read(staff_client.get(f"/brand/{maker.slug}/issues/?level=panic&product=999999"))

    assert set(page.form("filter").errors) == {"level", "product"}
    assert len(page.all("issue")) == 1


def test_the_list_costs_the_same_with_more_issues(maker, staff_client, switch):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert staff_client.get(f"/brand/{maker.slug}/issues/").status_code == 200
        return len(caught)

    before = queries()
    for _ in range(4):
        make_issue(product=a_model(), component=make_component())
    assert queries() == before


def test_alerts_without_an_answer_are_counted_with_the_age_of_the_oldest(maker, staff_client):
    make_issue(component=make_component(), first_flagged_on=NOW.date() - datetime.timedelta(weeks=9))
    make_issue(component=make_component(), level="watch")
    make_issue(component=make_component(), state="answered")

    figures = read(staff_client.get(f"/brand/{maker.slug}/issues/")).one("figures").text

    assert figures.startswith("Alerts without an answer 1oldest")
    assert "On watch 1" in figures
    assert "Answered, still open 1" in figures


def test_the_list_is_had_as_csv_json_and_atom_with_private_columns_for_who_reads_them(
    maker, client, staff_client, stella, switch
):
    make_issue(component=make_component(name="Seat"), assigned_to=stella)
    address = f"/brand/{maker.slug}/issues/"

    public = client.get(f"{address}?format=csv").content.decode().splitlines()
    own = staff_client.get(f"{address}?format=csv&level=alert")

    assert len(public) == 2
    assert "owner" not in public[0]
    assert "Brake light switch" in public[1]
    assert own["Cache-Control"] == "private, no-store"
    assert "stella" in own.content.decode()
    assert client.get(f"{address}?format=json").json()["items"][0]["_fixlore"]["ratio"] == 3.0
    assert "<entry>" in client.get(f"{address}?format=atom").content.decode()
    assert len(staff_client.get(f"{address}?format=csv&level=watch").content.splitlines()) == 1


# ---------------------------------------------------------------- one issue


def test_the_page_shows_the_chart_and_its_figures_as_a_table(maker, client, switch):
    page = read(client.get(f"/brand/{maker.slug}/issue/{switch.pk}/"))

    assert page.one("ratio").text.startswith("3.0 times")
    assert page.one("issue-chart").select(".//*[name()='rect']")
    assert len(page.one("chart-table").select(".//tbody/tr")) == 26
    assert "defect" not in page.text.lower()


def test_the_levels_that_the_monitor_used_cross_the_evidence(maker, client, switch):
    address = f"/brand/{maker.slug}/issue/{switch.pk}/"
    assert "watch 2.5" not in read(client.get(address)).one("issue-chart").text
    MonitorState.objects.update_or_create(pk=1, defaults={"watch": 2.5, "alert": 9.0})

    chart = read(client.get(address)).one("issue-chart").text

    assert "watch 2.5" in chart
    assert "alert 9.0" in chart


def test_the_weeks_are_had_as_csv(maker, client, switch):
    lines = client.get(f"/brand/{maker.slug}/issue/{switch.pk}/weeks.csv").content.decode().splitlines()

    assert lines[0] == "week,reports,expected,evidence_nats"
    assert (len(lines), lines[-1]) == (27, f"{MONDAY},0,0.4,1.0")


def test_recalls_and_bulletins_stand_before_or_after_the_first_flag_by_their_date(maker, client, switch):
    flag = switch.first_flagged_on
    for number, weeks in (("OLD-1", -30), ("NEW-1", 4)):
        make_diagnostic(
            products=[a_model()],
            components=[brake_light_switch()],
            number=number,
            issued_on=flag + datetime.timedelta(weeks=weeks),
        )
    make_diagnostic(products=[a_model()], components=[make_component()], number="ELSE-1")

    rows = [row.text for row in read(client.get(f"/brand/{maker.slug}/issue/{switch.pk}/")).all("covering-row")]

    assert len(rows) == 2
    assert "OLD-1" in rows[0] and "30 weeks before" in rows[0]
    assert "NEW-1" in rows[1] and "4 weeks after" in rows[1]


def test_the_map_says_where_below_the_product_it_is_reported(maker, client, switch):
    other = make_component()
    for product, own, others in ((a_year(year=2004), 8, 10), (a_year(year=2005), 1, 30)):
        SeriesWeek.objects.create(product=product, component=brake_light_switch(), week=MONDAY, reports=own)
        SeriesWeek.objects.create(product=product, component=other, week=MONDAY, reports=others)

    rows = [row.text for row in read(client.get(f"/brand/{maker.slug}/issue/{switch.pk}/")).all("map-row")]

    assert rows == ["Land Rover Range Rover 9 3.0 3.0", "2004 8 0.8 10.7", "2005 1 2.3 too few to say"]


def test_reports_are_shown_by_mileage_with_their_telling_words_marked(maker, client, switch):
    reports = make_unassigned(
        product=a_year(), component=brake_light_switch(), count=2, text="My BRAKE LIGHTS stay on", usage=45_000
    )
    EmergingIssue.objects.filter(pk=switch.pk).update(central=[reports[0].pk])

    page = read(client.get(f"/brand/{maker.slug}/issue/{switch.pk}/"))

    assert [bold.text for bold in page.one("central").select(".//blockquote/b")] == ["BRAKE LIGHTS"]
    assert "30,000 to 60,000 miles 2" in page.one("by-mileage").text
    assert "20 years and more" not in page.one("by-age").text.split("not said")[-1]


def test_remedies_of_its_problems_stand_there_with_their_outcomes(maker, client, switch):
    fix = make_fix(problem=make_problem(product=a_year(), component=brake_light_switch()))
    make_outcome(fix=fix)
    make_outcome(fix=fix, result="failed")

    row = read(client.get(f"/brand/{maker.slug}/issue/{switch.pk}/")).one("tried-row").text

    assert fix.title in row
    assert "1 of 2 worked" in row


def test_the_public_reads_neither_notes_nor_who_looks_after_it(maker, client, staff_client, stella, switch):
    note_on_issue(issue=switch, note="Ask the plant", actor=stella, now=NOW)
    assign_issue(issue=switch, member=stella, actor=stella, now=NOW, note="Yours")
    answer_issue(issue=switch, answer="We are looking at the switch.", actor=stella, now=NOW)
    address = f"/brand/{maker.slug}/issue/{switch.pk}/"

    public, own = read(client.get(address)), read(staff_client.get(address))

    assert "We are looking at the switch." in public.one("answers").text
    for private in ("Ask the plant", "Yours", "Looked after"):
        assert private not in public.text
        assert private in own.text
    assert not public.has("acts")


def test_an_issue_that_is_not_public_is_absent_for_everybody_else(maker, client, staff_client):
    hidden = make_issue(product=a_model(), component=brake_light_switch())

    for end in ("", "weeks.csv"):
        assert client.get(f"/brand/{maker.slug}/issue/{hidden.pk}/{end}").status_code == 404
        assert staff_client.get(f"/brand/{maker.slug}/issue/{hidden.pk}/{end}").status_code == 200


def test_the_page_of_an_issue_costs_the_same_with_more_of_everything(maker, staff_client, stella, switch):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert staff_client.get(f"/brand/{maker.slug}/issue/{switch.pk}/").status_code == 200
        return len(caught)

    def more():
        make_unassigned(product=a_year(), component=brake_light_switch(), usage=1000)
        make_fix(problem=make_problem(product=a_year(), component=brake_light_switch()))
        make_diagnostic(products=[a_model()], components=[brake_light_switch()])
        note_on_issue(issue=switch, note="Again", actor=stella, now=NOW)

    SeriesWeek.objects.create(product=a_year(), component=brake_light_switch(), week=MONDAY, reports=1)
    more()
    before = queries()
    more()
    more()
    assert queries() == before


# ---------------------------------------------------------------- what is done about it


def send(client, maker, issue, act, **said):
    return client.post(f"/brand/{maker.slug}/issue/{issue.pk}/{act}/", said)


@pytest.mark.parametrize(
    ("act", "said", "state"),
    [
        ("review", {}, "under_review"),
        ("answer", {"answer": "Known."}, "answered"),
        ("note", {"note": "Look"}, "new"),
        ("close", {"reason": "Fixed in production"}, "closed"),
    ],
)
def test_staff_moves_an_issue_on(maker, staff_client, stella, switch, act, said, state):
    response = send(staff_client, maker, switch, act, **said)

    assert response.status_code == 302
    switch.refresh_from_db()
    assert switch.state == state
    assert switch.events.get().member == stella


def test_an_issue_is_given_to_a_colleague_and_to_nobody_else(maker, staff_client, stella, switch):
    stranger = make_user()

    assert send(staff_client, maker, switch, "assign", member=stranger.pk).status_code == 422
    assert send(staff_client, maker, switch, "assign", member=stella.pk).status_code == 302
    switch.refresh_from_db()
    assert switch.assigned_to == stella


def test_an_official_diagnostic_is_attached_by_its_number(maker, staff_client, switch):
    bulletin = make_diagnostic(products=[a_model()], number="LR-77")
    make_diagnostic(products=[a_model(name="Wrangler", make="Jeep")], number="JP-1")

    assert send(staff_client, maker, switch, "attach", diagnostic="LR-99").status_code == 422
    assert send(staff_client, maker, switch, "attach", diagnostic="JP-1").status_code == 422
    assert send(staff_client, maker, switch, "attach", diagnostic="lr-77").status_code == 302
    assert [each.diagnostic for each in switch.attached.all()] == [bulletin]


def test_a_reason_is_needed_and_stays_typed_where_something_else_is_wrong(maker, staff_client, switch):
    response = send(staff_client, maker, switch, "close", reason="")

    assert response.status_code == 422
    assert "reason" in read(response).form("act-close").errors
    assert not switch.events.exists()


def test_what_a_colleague_did_meanwhile_is_shown_with_what_was_typed(maker, staff_client, stella, switch):
    seen = read(staff_client.get(f"/brand/{maker.slug}/issue/{switch.pk}/")).form("act-answer").values["seen"]
    colleague = make_staff(product=a_make(), organisation=maker, username="carl")
    close_issue(issue=switch, reason="A supplier changed it.", actor=colleague, now=NOW)

    response = send(staff_client, maker, switch, "answer", answer="We know of it.", seen=seen)

    page = read(response)
    assert response.status_code == 409
    assert "A supplier changed it." in page.one("conflict").text
    assert page.form("act-answer").values["answer"] == "We know of it."
    assert not switch.events.filter(kind=IssueEvent.Kind.ANSWERED).exists()
    assert send(staff_client, maker, switch, "reopen", reason="More came in").status_code == 302
    assert send(staff_client, maker, switch, "answer", answer="We know of it.").status_code == 302


def test_having_read_what_a_colleague_did_one_may_go_on(maker, staff_client, stella, switch):
    seen = read(staff_client.get(f"/brand/{maker.slug}/issue/{switch.pk}/")).form("act-answer").values["seen"]
    answer_issue(issue=switch, answer="A first word.", actor=stella, now=NOW)

    refused = read(send(staff_client, maker, switch, "answer", answer="A second.", seen=seen))
    again = refused.form("act-answer").values

    assert "A first word." in refused.one("conflict").text
    assert send(staff_client, maker, switch, "answer", answer=again["answer"], seen=again["seen"]).status_code == 302


def test_moderators_read_and_do_nothing_here(maker, switch):
    moderator = Client()
    moderator.force_login(make_moderator())

    assert not read(moderator.get(f"/brand/{maker.slug}/issue/{switch.pk}/")).has("acts")
    assert send(moderator, maker, switch, "close", reason="Because").status_code == 403
    assert not switch.events.exists()


def test_staff_of_another_manufacturer_and_members_do_nothing_here(maker, switch):
    for person in (make_staff(product=a_make(name="Jeep")), make_user()):
        client = Client()
        client.force_login(person)
        assert send(client, maker, switch, "review").status_code == 403
    assert not switch.events.exists()


def test_an_act_that_nobody_offers_is_absent(maker, staff_client, switch):
    assert send(staff_client, maker, switch, "erase").status_code == 404
