"""The founding case to its figures: 808 against 1,950, then 525 against 2,050."""

import pytest

from tests.wiki.rules.evidence import READER, SIBLING, report, reports
from wiki.rules.plan import Circumstances, Plan, Remedy, Step, make_plan

OFFICIAL, SWITCH, STRAP, BATTERY = 1, 2, 3, 4


def _plan(*, switch=(), battery=(), official=(), more=(), **circumstances) -> Plan:
    remedies = [
        Remedy(OFFICIAL, "official", official, 1500),
        Remedy(SWITCH, "community", switch, 60, 0.5, safety="amber"),
        Remedy(STRAP, "community", (), 25, 0),
        Remedy(BATTERY, "community", battery, 190, 0),
        *more,
    ]
    return make_plan(remedies, path=READER, circumstances=Circumstances(**circumstances))


def _first_reports():
    return [report("professional"), report("owner", money=70, hours=0)]


def _all_reports() -> dict:
    switch = [
        *_first_reports(),
        *reports("owner", "worked", "worked", "failed", "worked", money=65, hours=0),
        *reports("owner", "worked", "worked", "failed", path=SIBLING),
        *reports("vote", *["up"] * 12, trust=0.5),
    ]
    official = [
        report("owner", "failed", money=1640),
        report("owner", "worked", money=1480),
        report("owner", "failed", money=1520),
    ]
    return {"switch": switch, "battery": reports("owner", "failed", "failed", "worked"), "official": official}


def _step(plan: Plan, key: int) -> Step:
    return next(step for step in plan.steps if step.key == key)


def _keys(plan: Plan) -> list[int]:
    return [step.key for step in plan.steps]


def test_on_day_nought_everything_is_unproven_and_nothing_is_promised():
    plan = _plan()
    assert _keys(plan) == [STRAP, SWITCH, BATTERY, OFFICIAL]
    assert [step.index * 1000 for step in plan.steps] == pytest.approx([2.94, 1.79, 1.00, 0.51], abs=0.005)
    assert all(step.q == 0.25 and step.untested and not step.proven for step in plan.steps[:3])
    assert plan.path.expected == pytest.approx(1950)
    assert plan.nothing_proven
    assert (plan.money.today, plan.money.likely, plan.money.saving, plan.hundred) == (None, None, None, ())


def test_one_professional_and_one_owner_put_the_switch_first_at_808_against_1950():
    plan = _plan(switch=_first_reports())
    switch = plan.steps[0]
    assert _keys(plan) == [SWITCH, STRAP, BATTERY, OFFICIAL]
    assert switch.q == pytest.approx(0.625)
    assert (switch.low, switch.high) == pytest.approx((0.37, 0.86), abs=0.005)
    assert switch.cost == pytest.approx(76.5, abs=0.05)
    assert switch.group == "confirmed"
    assert [step.proven for step in plan.steps[1:3]] == [False, False]
    assert (plan.money.likely_shown, plan.money.official_shown) == (808, 1950)
    assert plan.money.early
    assert switch.words.text == "early"


def test_after_all_reports_it_is_525_against_2050():
    plan = _plan(**_all_reports())
    switch, strap, battery, official = plan.steps
    assert _keys(plan) == [SWITCH, STRAP, BATTERY, OFFICIAL]
    assert switch.q == pytest.approx(0.723, abs=0.0005)
    assert (switch.low, switch.high) == pytest.approx((0.55, 0.88), abs=0.005)
    assert switch.cost == pytest.approx(69.7, abs=0.05)
    assert switch.words.text == "7 in 10 (5 to 9)"
    assert not strap.proven
    assert battery.q == pytest.approx(0.292, abs=0.0005)
    assert (battery.low, battery.high) == pytest.approx((0.08, 0.54), abs=0.005)
    assert battery.proven
    assert not battery.confirmed
    assert official.q == pytest.approx(0.429, abs=0.0005)
    assert plan.path.cost == pytest.approx(1527, abs=0.5)
    assert (plan.money.likely_shown, plan.money.official_shown) == (525, 2050)
    assert [step.key for step in plan.steps if step.counted] == [SWITCH, BATTERY]


def test_the_three_lines_of_money_and_the_saving_of_each_step():
    plan = _plan(**_all_reports())
    switch, battery = _step(plan, SWITCH), _step(plan, BATTERY)
    assert plan.money.today == switch.cost
    assert plan.money.worst == pytest.approx(switch.cost + battery.cost + 1.6 * plan.path.cost)
    assert switch.saving == pytest.approx(switch.q * plan.path.expected - switch.cost)
    assert switch.saving_shown + battery.saving_shown == plan.money.saving_shown == 2050 - 525


def test_the_reports_are_counted_as_people_by_tier():
    people = _step(_plan(**_all_reports()), SWITCH).chance.people
    assert (people["owner"].worked, people["owner"].tried) == (6, 8)
    assert (people["professional"].worked, people["professional"].tried) == (1, 1)
    assert people["vote"].up == 12


def test_a_hundred_invented_fixes_move_neither_the_confirmed_nor_the_money():
    praise = [*reports("unverified", *["worked"] * 9, money=1), *reports("vote", *["up"] * 9)]
    invented = [Remedy(1000 + number, "community", praise, 10, 0) for number in range(100)]
    plan, attacked = _plan(**_all_reports()), _plan(**_all_reports(), more=invented)
    assert attacked.money == plan.money
    assert attacked.hundred == plan.hundred
    assert attacked.steps[0] == plan.steps[0]
    assert sum(step.above_official and not step.proven for step in attacked.steps) == 3
    assert _step(attacked, BATTERY).saving == _step(plan, BATTERY).saving


def test_a_quote_of_the_dealer_replaces_every_other_official_price():
    plan = _plan(**_all_reports(), quote=900.0, quoted=OFFICIAL)
    assert plan.path.from_quote
    assert plan.path.expected == pytest.approx(900 * (1 + 0.6 * 4 / 7))


def test_under_warranty_the_official_path_comes_first_and_nothing_is_saved():
    plan = _plan(**_all_reports(), warranty=True)
    assert plan.steps[0].key == OFFICIAL
    assert plan.path.cost == 1
    assert plan.money.saving == 0
