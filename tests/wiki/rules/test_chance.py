"""The chance q: invariants of the ladder, whatever people report."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wiki.rules.evidence import (
    ELSEWHERE,
    NODES,
    READER,
    RULES,
    SIBLING,
    chance_of,
    report,
    reports,
    some_report,
    some_reports,
)
from wiki.rules.chance import (
    Report,
    add_event,
    chance_words,
    climb,
    event_weight,
    forward_weight,
    gather,
    levels_from_totals,
    quantiles,
    read_weight,
    remove_event,
    standing_reports,
    success_and_failure,
)

PROBABILITIES = (0.02, 0.1, 0.5, 0.9, 0.98)
kinds = st.sampled_from(["community", "official"])


def _quantiles(evidence: list[Report], kind: str) -> list[float]:
    chance = chance_of(evidence, kind=kind)
    return [quantiles([chance.a], [chance.b], probability)[0] for probability in PROBABILITIES]


@given(some_reports, some_report(), kinds)
def test_one_more_success_never_lowers_any_quantile(evidence, more, kind):
    success = replace(more, result="up" if more.is_vote else "worked")
    before, after = _quantiles(evidence, kind), _quantiles([*evidence, success], kind)
    assert all(new >= old - 1e-9 for old, new in zip(before, after, strict=True))


@given(some_reports, some_report(), kinds, st.sampled_from(["failed", "worse", "came_back"]))
def test_one_more_failure_never_raises_any_quantile(evidence, more, kind, result):
    failure = replace(more, result="down" if more.is_vote else result)
    before, after = _quantiles(evidence, kind), _quantiles([*evidence, failure], kind)
    assert all(new <= old + 1e-9 for old, new in zip(before, after, strict=True))


def test_a_success_raises_and_a_failure_lowers_the_chance_by_as_much_as_the_tier_weighs():
    here = {tier: chance_of([report(tier)]).q for tier in ("professional", "owner", "unverified")}
    assert here["professional"] == pytest.approx((0.75 + 2) / 5)
    assert here["owner"] == pytest.approx((0.75 + 1) / 4)
    assert here["unverified"] == pytest.approx((0.75 + 0.5 * 3 / 3.5) / (3 + 0.5 * 3 / 3.5))
    assert chance_of([report("vote", "up")]).q == pytest.approx((0.75 + 0.1 * 1.5 / 1.6) / (3 + 0.1 * 1.5 / 1.6))
    assert chance_of([report("owner", "failed")]).q == pytest.approx(0.75 / 4)


@given(st.data(), some_reports, kinds)
def test_the_order_of_arrival_is_irrelevant(data, evidence, kind):
    shuffled = data.draw(st.permutations(evidence))
    one, other = chance_of(evidence, kind=kind), chance_of(shuffled, kind=kind)
    assert math.isclose(one.a, other.a, rel_tol=1e-9)
    assert math.isclose(one.b, other.b, rel_tol=1e-9)
    assert {tier: tally.tried for tier, tally in one.people.items()} == {
        tier: tally.tried for tier, tally in other.people.items()
    }


def _stored(evidence: list[Report], totals: dict, *, remove: bool = False) -> None:
    for one in evidence:
        s, f = success_and_failure(one, event_weight(one, RULES), RULES)
        (remove_event if remove else add_event)(totals, one.path, one.tier, s, f)


@given(some_reports, some_reports, kinds)
def test_a_retracted_report_leaves_the_stored_totals_as_if_it_had_never_been(kept, retracted, kind):
    totals, clean = {}, {}
    _stored([*kept, *retracted], totals)
    _stored(retracted, totals, remove=True)
    _stored(kept, clean)
    ladder, expected = (climb(levels_from_totals(one, READER), kind, RULES)[-1] for one in (totals, clean))
    assert math.isclose(ladder.a, expected.a, rel_tol=1e-9)
    assert math.isclose(ladder.b, expected.b, rel_tol=1e-9)


@given(some_reports, kinds, st.sampled_from(NODES))
def test_stored_totals_and_a_replay_of_the_rows_agree(evidence, kind, path):
    totals = {}
    _stored(evidence, totals)
    stored = climb(levels_from_totals(totals, path), kind, RULES)
    replayed = climb(gather(evidence, path, RULES), kind, RULES)
    for one, other in zip(stored, replayed, strict=True):
        assert math.isclose(one.a, other.a, rel_tol=1e-9)
        assert math.isclose(one.b, other.b, rel_tol=1e-9)


@given(st.lists(some_report(tiers=("unverified", "vote")), max_size=40), st.floats(1, 1e6))
def test_the_crowd_never_adds_more_than_its_caps_at_any_level(crowd, many):
    chance = chance_of([replace(one, trust=one.trust * many) for one in crowd])
    for rung in chance.rungs:
        assert sum(rung.added) <= RULES.cap_unverified + RULES.cap_vote + 1e-9


@given(some_reports, some_report())
def test_a_report_on_another_branch_leaves_a_product_that_shares_nothing_with_it_untouched(evidence, more):
    before = chance_of(evidence)
    after = chance_of([*evidence, replace(more, path=ELSEWHERE)])
    assert (after.a, after.b, after.people) == (before.a, before.b, before.people)


@given(some_reports, some_report())
def test_a_report_on_a_sibling_adds_evidence_at_the_common_ancestor_only(evidence, more):
    before, after = chance_of(evidence), chance_of([*evidence, replace(more, path=SIBLING)])
    for depth, (old, new) in enumerate(zip(before.rungs, after.rungs, strict=True)):
        if depth != SIBLING.index("2004"):
            assert new.added == old.added


@given(st.lists(some_report(tiers=("unverified", "vote")), max_size=40), st.sampled_from(["professional", "owner"]))
def test_what_the_crowd_says_against_a_fix_yields_to_verified_successes(crowd, tier):
    against = [replace(one, result="down" if one.is_vote else "worse", trust=1e6, age_days=0.0) for one in crowd]
    honest = reports(tier, "worked", "worked", trust=RULES.first_trust(tier))
    weight = sum(event_weight(one, RULES) for one in honest)
    most = (RULES.cap_unverified + RULES.cap_vote) / (1 + RULES.crowd_yields * weight)
    attacked = chance_of([*honest, *against])
    assert all(rung.added[1] <= most + 1e-9 for rung in attacked.rungs)
    assert attacked.q >= 0.3


@given(some_report())
def test_storing_an_event_touches_its_node_and_ancestors_only(one):
    totals = {("l405", "owner"): (1.0, 2.0), (ELSEWHERE[-1], "owner"): (3.0, 4.0)}
    before = dict(totals)
    _stored([replace(one, path=READER)], totals)
    assert {key: value for key, value in totals.items() if key in before} == before
    assert {node for node, _ in totals} - {node for node, _ in before} == set(READER)


@given(st.floats(0.01, 2), st.floats(0, 3650), st.floats(0, 3650), st.floats(100, 3650))
def test_forward_decay_equals_ageing_at_the_time_of_reading(weight, happened, later, half_life):
    now = happened + later
    stored = forward_weight(weight, happened, half_life)
    assert math.isclose(read_weight(stored, now, half_life), weight * 2 ** (-later / half_life), rel_tol=1e-9)


def test_a_hardware_report_counts_half_after_five_years_and_a_software_report_after_eighteen_months():
    assert event_weight(report(age_days=60 * 30.4375), RULES) == pytest.approx(0.5)
    assert event_weight(report(age_days=18 * 30.4375), RULES, software=True) == pytest.approx(0.5)


def test_a_workshops_outcome_counts_half_for_thirty_days_after_hand_over():
    fresh, settled = (report("professional", at_handover=True, age_days=days) for days in (29, 30))
    half_life = RULES.half_life_days(software=False)
    assert event_weight(fresh, RULES) == pytest.approx(0.5 * 2 * 2 ** (-29 / half_life))
    assert event_weight(settled, RULES) == pytest.approx(2 * 2 ** (-30 / half_life))


@pytest.mark.parametrize(
    ("result", "shared", "expected"),
    [
        ("worked", 1, (1, 0)),
        ("worked", 2, (0.5, 0)),
        ("partly", 1, (0.5, 0.5)),
        ("failed", 1, (0, 1)),
        ("failed", 2, (0, 1)),
        ("worse", 1, (0, 2)),
        ("came_back", 1, (0, 1)),
        ("not_tried", 1, (0, 0)),
    ],
)
def test_a_result_adds_its_share_to_success_and_failure(result, shared, expected):
    one = report("owner", result, shared_among=shared)
    assert success_and_failure(one, 1.0, RULES) == pytest.approx(expected)


def test_successes_weigh_less_where_they_are_likelier_to_be_reported():
    biased = replace(RULES, reporting_bias=2.0)
    assert success_and_failure(report(), 1.0, biased) == (0.5, 0.0)
    assert success_and_failure(report(result="failed"), 1.0, biased) == (0.0, 1.0)


def to_nine_digits(chance):
    """People by tier; shared successes are fractions, and their sum depends on the order in its last digit."""
    return {tier: replace(tally, successes=round(tally.successes, 9)) for tier, tally in chance.people.items()}


class TestOnePersonCountsOnce:
    def test_an_outcome_replaces_the_same_persons_vote(self):
        vote = report("vote", "down", person="ann")
        outcome = report("owner", "worked", person="ann")
        assert standing_reports([vote, outcome]) == [outcome]
        assert standing_reports([vote, report("owner", "worked", person="bob")])[0] == vote

    def test_not_tried_replaces_nothing_and_counts_nothing(self):
        vote = report("vote", "up", person="ann")
        assert standing_reports([report("owner", "not_tried", person="ann"), vote]) == [vote]

    def test_the_latest_of_two_outcomes_on_one_owned_product_counts(self):
        early = report("owner", "worked", person="ann", owned_product=1, age_days=90)
        late = report("owner", "failed", person="ann", owned_product=1, age_days=2)
        assert standing_reports([late, early]) == standing_reports([early, late]) == [late]

    def test_two_owned_products_count_twice_but_one_left_unnamed_does_not_count_beside_them(self):
        first, second = (report(person="ann", owned_product=number) for number in (1, 2))
        unnamed = report(person="ann")
        assert standing_reports([unnamed, first, second]) == [first, second]
        assert standing_reports([unnamed]) == [unnamed]

    @given(some_reports, st.randoms())
    def test_saying_it_again_changes_nothing(self, evidence, random):
        again = [*evidence, *evidence]
        random.shuffle(again)
        assert to_nine_digits(chance_of(again)) == to_nine_digits(chance_of(evidence))


class TestProvenAndConfirmed:
    def test_a_success_by_somebody_unverified_proves_nothing(self):
        assert not chance_of(reports("unverified", *["worked"] * 50)).proven
        assert chance_of([report("owner")]).proven

    def test_one_professional_or_two_owners_confirm(self):
        assert chance_of([report("professional")]).confirmed(RULES)
        assert chance_of(reports("owner", "worked", "worked")).confirmed(RULES)
        assert not chance_of(reports("owner", "worked")).confirmed(RULES)

    def test_a_chance_below_four_in_ten_is_not_confirmed(self):
        doubted = chance_of(reports("owner", "worked", "worked", "failed", "failed", "failed"))
        assert doubted.proven
        assert not doubted.confirmed(RULES)

    def test_a_success_shared_among_remedies_proves_none_of_them(self):
        assert not chance_of([report("professional", shared_among=2)]).proven
        assert chance_of(reports("owner", "worked", "worked", shared_among=2)).proven

    def test_partly_and_came_back_are_no_successes(self):
        assert not chance_of(reports("professional", "partly", "came_back")).proven


class TestWords:
    @staticmethod
    def _words(evidence):
        chance = chance_of(evidence)
        return chance_words(
            q=chance.q,
            low=chance.low,
            high=chance.high,
            tried=chance.tried,
            reports=chance.reports,
            rules=RULES,
        )

    def test_nobodys_outcome_is_untested_whatever_the_votes(self):
        words = self._words(reports("vote", *["up"] * 30))
        assert (words.text, words.untested, words.has_figure) == ("untested", True, False)

    def test_fewer_than_five_weighted_reports_get_no_figure(self):
        assert self._words(reports("owner", *["worked"] * 4)).text == "early"
        assert self._words(reports("owner", *["worked"] * 5)).text == "7 in 10 (5 to 9)"

    def test_a_crowd_alone_at_one_product_gets_no_figure(self):
        assert not self._words(reports("unverified", *["worked"] * 500)).has_figure

    def test_a_wide_interval_is_early_even_with_a_figure(self):
        words = chance_words(q=0.5, low=0.2, high=0.75, tried=9, reports=6, rules=RULES)
        assert words.text == "early: 5 in 10 (2 to 8)"
        assert words.early
        assert not chance_words(q=0.5, low=0.3, high=0.75, tried=9, reports=6, rules=RULES).early


def test_every_level_of_the_path_is_returned_with_its_people():
    evidence = [*reports("owner", "worked", "failed"), *reports("owner", "worked", path=SIBLING)]
    rungs = chance_of(evidence).rungs
    assert [rung.node for rung in rungs] == list(READER)
    assert [sum(tally.tried for tally in rung.people.values()) for rung in rungs] == [0, 0, 0, 1, 2]
    assert rungs[-1].people["owner"].worked == 1
    assert rungs[-1].shrink == pytest.approx(1.0)
    assert rungs[-1].from_above == pytest.approx((1.75, 2.25))
