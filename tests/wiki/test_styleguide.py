"""The face: the style guide shows each component in each state, and figures are drawn and worded as they are."""

import gzip
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.html import Page, read
from wiki.templatetags.presentation import (
    columns,
    dots,
    dots_width,
    people,
    percent,
    report_total,
    report_worked,
    saved_between,
    share_of,
)

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def guide(client: Client) -> Page:
    return read(client.get("/styleguide/"))


def row(guide: Page, remedy: str) -> Page:
    found = [part for part in guide.all("plan-row") if part.attribute("data-remedy") == remedy]
    assert len(found) == 1, remedy
    return Page(found[0].element)


def test_every_component_is_shown_in_the_style_guide(client: Client) -> None:
    used = {
        template.name
        for address in ("/styleguide/", "/styleguide/sheet/")
        for template in client.get(address).templates
    }
    components = {f"components/{path.name}" for path in (PROJECT / "templates/components").glob("*.html")}
    assert components - used == set()


def test_search_engines_are_told_to_leave_the_style_guide_alone(client: Client) -> None:
    for address in ("/styleguide/", "/styleguide/sheet/"):
        response = client.get(address)
        assert response["X-Robots-Tag"] == "noindex"
        assert read(response).select(".//meta[@name='robots']")[0].attribute("content") == "noindex"


def test_the_style_guide_can_only_be_read(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 200
    assert client.post("/styleguide/").status_code == 405


def test_the_answer_is_marked_once_in_the_verdict_and_once_in_the_plan(guide: Page) -> None:
    assert [mark.text for mark in guide.one("verdict").select(".//mark")] == ["Try the brake light switch first."]
    plan = guide.all("plan")[0]
    leading = [part for part in plan.all("plan-row") if "leads" in part.attribute("class").split()]
    assert [part.one("remedy-title").text for part in leading] == ["Replace the brake light switch"]


def test_an_untested_verdict_has_no_mark_and_promises_nothing() -> None:
    context = {"sentence": "Nobody has proved a fix; cheapest first.", "money": None}
    untested = read(render_to_string("components/verdict.html", {**context, "state": "untested"}))
    confirmed = read(render_to_string("components/verdict.html", {**context, "state": "confirmed"}))
    assert not untested.select(".//mark") and not untested.has("money")
    assert len(confirmed.select(".//mark")) == 1


def test_the_steps_save_what_the_whole_order_saves(guide: Page) -> None:
    def amount(text: str) -> int:
        found = re.search(r"\$([\d,]+)", text)
        return int(found[1].replace(",", "")) if found else 0

    plan = guide.all("plan")[0]
    steps = sum(amount(cell.text) for cell in plan.select(".//tbody[contains(@class,'step')]//td[7]"))
    whole = amount(plan.one("plan-total").select(".//td[last()]")[0].text)
    money = guide.all("money")[0]
    assert steps == whole == amount(money.one("money-official").text) - amount(money.one("money-likely").text)


def test_without_an_official_price_nothing_is_compared() -> None:
    money = {"today": 25, "likely": 95, "worst": 240, "official": None, "currency": "USD"}
    page = read(render_to_string("components/money_lines.html", {"money": money}))
    assert page.one("money-likely").text == "$95"
    assert not page.has("money-official") and not page.has("money-saving")
    known = read(render_to_string("components/money_lines.html", {"money": {**money, "official": 500}}))
    assert known.one("money-official").text == "$500"
    assert known.one("money-saving").text == "You save about $405"


def test_no_saving_is_promised_where_the_order_costs_more() -> None:
    money = {"today": 25, "likely": 510, "worst": 600, "official": 500, "currency": "USD"}
    assert not read(render_to_string("components/money_lines.html", {"money": money})).has("money-saving")


def test_counts_stand_before_chances_and_a_chance_has_its_interval(guide: Page) -> None:
    switch = row(guide, "switch")
    assert [part.text for part in switch.one("reports").all("report-count")] == [
        "5 of 6 owners and a workshop, this car",
        "2 of 3 on the sibling engine",
    ]
    assert switch.one("chance").text == "7 in 10 between 5 and 9"


@pytest.mark.parametrize(("remedy", "words"), [("strap", "Untested"), ("battery", "Too early to say")])
def test_a_remedy_with_too_few_reports_has_no_figure(guide: Page, remedy: str, words: str) -> None:
    assert row(guide, remedy).one("chance").text == words


@pytest.mark.parametrize(
    ("remedy", "state"),
    [
        ("strap", "Unproven, counts for nothing in the money"),
        ("disputed", "Disputed: reports disagree"),
        ("stale", "Stale"),
        ("tried", "You tried this"),
        ("superseded", "SupersededUse recall 26V-118"),
        ("dangerous", "Dangerous"),
    ],
)
def test_each_state_of_a_remedy_is_said_in_words(guide: Page, remedy: str, state: str) -> None:
    assert row(guide, remedy).one("states").text == state


def test_a_dangerous_remedy_has_a_warning_instead_of_its_buttons(guide: Page) -> None:
    dangerous, ordinary = row(guide, "dangerous"), row(guide, "battery")
    assert dangerous.one("dangerous").text.startswith("Do not do this.")
    assert not [link for link in dangerous.links if link.startswith("I tried this")]
    assert [link for link in ordinary.links if link.startswith("I tried this")]


def test_a_recall_leads_only_when_the_product_is_known_to_be_affected(guide: Page) -> None:
    perhaps, certain = guide.all("recall-strip")
    assert "may apply, check your VIN" in perhaps.text and not perhaps.select(".//mark")
    assert certain.select(".//mark")[0].text == "Free: recall 26V-118." and "may apply" not in certain.text


def test_a_safety_notice_begins_with_the_action(guide: Page) -> None:
    for notice in guide.all("safety-notice"):
        start = {"stop": "Stop using it.", "workshop": "Take it to a workshop only.", "carry_on": "Carry on."}
        assert notice.text.startswith(start[notice.attribute("data-action")])


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(guide: Page) -> None:
    def field(name: str) -> Page:
        return Page(guide.select(f".//*[@name='{name}']")[0].element)

    assert field("product").attribute("value") == "Range Rover 2004"
    assert field("cost").attribute("value") == "seventy"
    described = field("cost").attribute("aria-describedby").split()
    said = [part.text for name in described for part in guide.select(f".//*[@id='{name}']")]
    assert "Enter a number." in said
    summary = guide.one("form-errors")
    for link in summary.select(".//a"):
        assert guide.select(f".//*[@id='{link.attribute('href')[1:]}']"), link.text


def test_a_page_links_to_no_empty_address(client: Client) -> None:
    for address in ("/styleguide/", "/styleguide/sheet/", "/there-is-nothing-here/"):
        assert not read(client.get(address)).select(".//a[@href='']")


def test_ids_are_unique(guide: Page) -> None:
    ids = [part.attribute("id") for part in guide.select(".//*[@id]")]
    assert len(ids) == len(set(ids))


def test_a_missing_page_helps_on(client: Client) -> None:
    response = client.get("/there-is-nothing-here/")
    assert response.status_code == 404
    assert read(response).headings[0] == (1, "There is no page here")


def test_the_page_of_a_failure_needs_neither_request_nor_database() -> None:
    assert read(render_to_string("500.html")).headings == [(1, "That went wrong on our side")]


def test_style_and_type_stay_inside_their_budget() -> None:
    css = (PROJECT / "static/css/fixlore.css").read_bytes()
    fonts = sum(path.stat().st_size for path in (PROJECT / "static/fonts").glob("*.woff2"))
    assert len(gzip.compress(css)) <= 12_000
    assert fonts <= 67_000


# ------------------------------------------------------------- geometry

SEVEN = {"professional_worked": 1, "professional_failed": 1, "owner_worked": 3, "owner_partly": 1, "owner_failed": 1}


def test_dots_are_one_a_person_professionals_first_and_worked_before_failed() -> None:
    drawn = dots(SEVEN)
    assert [(dot.shape, dot.filling) for dot in drawn] == [
        ("diamond", "full"),
        ("diamond", "hollow"),
        ("circle", "full"),
        ("circle", "full"),
        ("circle", "full"),
        ("circle", "half"),
        ("circle", "hollow"),
    ]
    assert (report_worked(SEVEN), report_total(SEVEN)) == (4, 7)
    assert [dot.left for dot in drawn] == list(range(0, 7 * 16, 16))
    assert dots_width(drawn) == 6 * 16 + 13


def test_reports_on_an_official_remedy_are_squares() -> None:
    assert {dot.shape for dot in dots({"owner_worked": 2, "owner_failed": 1}, "official")} == {"square"}


def test_above_twelve_people_no_dots_are_drawn() -> None:
    assert len(dots({"owner_worked": 12})) == 12
    assert dots({"owner_worked": 13}) == []


def test_a_hundred_owners_are_a_hundred_shapes_twenty_a_line() -> None:
    groups = [
        {"count": 72, "shape": "circle", "filling": "full"},
        {"count": 28, "shape": "square", "filling": "hollow"},
    ]
    crowd = people(groups)
    assert len(crowd) == len({(person.x, person.y) for person in crowd}) == 100
    assert len({person.y for person in crowd}) == 5
    assert [person.shape for person in crowd].count("circle") == 72


def test_the_plot_puts_the_point_and_the_bar_at_their_chances() -> None:
    context = {"q": 0.723, "low": 0.549, "high": 0.88, "kind": "fix"}
    plot = read(render_to_string("components/chance_plot.html", context))
    assert plot.select(".//*[@class='f']")[0].attribute("cx") == "72.3%"
    bar = plot.select(".//*[@class='bar']")[0]
    assert (bar.attribute("x1"), bar.attribute("x2")) == ("54.9%", "88.0%")
    assert plot.select(".//svg")[0].attribute("aria-label") == "Chance 7 in 10, between 5 and 9"


def test_a_plot_of_an_untested_remedy_says_so_and_never_a_number() -> None:
    context = {"q": 0.25, "low": 0.02, "high": 0.58, "kind": "fix", "untested": True}
    plot = read(render_to_string("components/chance_plot.html", context))
    assert plot.select(".//svg")[0].attribute("aria-label") == "Untested"
    assert plot.select(".//*[@class='hollow']") and not plot.select(".//*[@class='f']")


@pytest.mark.parametrize(("share", "length"), [(0.5, "50.0%"), (1.2, "100.0%"), (-0.1, "0.0%"), (0.7235, "72.4%")])
def test_a_share_is_held_inside_the_axis(share: float, length: str) -> None:
    assert percent(share) == length


def test_printed_amounts_are_subtracted_as_they_are_printed() -> None:
    assert saved_between(2049.6, 524.5) == 2050 - 525
    assert share_of(525, 2050) == "25.6%"
    assert share_of(525, None) == "0%"


def test_columns_stand_on_one_line_and_the_tallest_fills_the_drawing() -> None:
    drawn = columns([("2024", 8), ("2025", 11), ("2026", 44)])
    assert {round(column.y + column.height, 1) for column in drawn} == {92.0}
    assert [column.height for column in drawn] == [pytest.approx(72 * n / 44, abs=0.1) for n in (8, 11, 44)]
    assert [column.last for column in drawn] == [False, False, True]
    assert columns([]) == []
    assert columns([("2026", 0)])[0].height == 0
