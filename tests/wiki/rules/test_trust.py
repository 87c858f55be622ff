"""Trust: claims held against the verified outcomes of others, under friends, crowds and bought accounts."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.trust import shill_figures
from wiki.rules.judgement import Judgement
from wiki.rules.trust import Calibration, Claim, Claims, TrustRules, calibrate, columns, trust_of

RULES = TrustRules()
JUDGEMENT = Judgement()
HERE = ("cars", "cars/rover", "cars/rover/v8")
SIBLING = ("cars", "cars/rover", "cars/rover/v6")
UNIT = {"professional": 2.0, "owner": 1.0, "unverified": 0.5, "vote": 0.1}


def _claim(person, success=1.0, tier="unverified", remedy="switch", path=HERE, kind="community", house=None) -> Claim:
    return Claim(person, remedy, kind, tier, success, path, UNIT[tier], house)


def _owners(successes: int, failures: int, remedy="switch", path=HERE, name="owner") -> list[Claim]:
    return [
        _claim(f"{name} {remedy} {number}", float(number < successes), "owner", remedy, path)
        for number in range(successes + failures)
    ]


def _found(claims: list[Claim], rules: TrustRules = RULES) -> tuple[Claims, Calibration]:
    table = columns(claims, JUDGEMENT)
    return table, calibrate(table, rules, JUDGEMENT)


def _score(claims: list[Claim], person="ann", rules: TrustRules = RULES) -> int:
    table, found = _found(claims, rules)
    return int(found.score[table.persons.index(person)])


def test_a_report_that_verified_outcomes_agree_with_earns_trust_and_one_they_contradict_loses_it():
    assert _score([*_owners(12, 1), _claim("ann")]) > 0
    assert _score([*_owners(12, 1), _claim("ann", 0.0)]) < 0
    assert _score([*_owners(1, 12), _claim("ann", 0.0)]) > 0


def test_failure_told_truly_earns_and_success_told_falsely_loses_the_more_the_surer_it_is():
    assert _score([*_owners(0, 20), _claim("ann")]) <= _score([*_owners(3, 17), _claim("ann")]) < 0


def test_nothing_is_scored_before_three_weighted_verified_outcomes_by_others():
    table, found = _found([*_owners(2, 0), _claim("ann")])
    assert not found.scored.any()
    assert not found.score.any()
    table, found = _found([*_owners(5, 0), _claim("ann")])
    assert found.scored[-1]
    assert table.persons[-1] == "ann"


def test_unverified_reports_and_votes_alone_prove_nothing_about_anybody():
    crowd = [_claim(f"crowd {number}") for number in range(50)] + [_claim(f"voter {n}", tier="vote") for n in range(50)]
    assert not _found(crowd)[1].scored.any()


def test_ones_own_verified_outcomes_do_not_bear_one_out():
    own = [_claim("ann", 1.0, "owner") for _ in range(10)]
    assert not _found(own)[1].scored.any()


def test_colleagues_of_one_workshop_do_not_bear_each_other_out():
    jobs = [_claim(f"mechanic {n}", 1.0, "professional", house="the workshop") for n in range(10)]
    assert not _found(jobs)[1].scored.any()
    others = [replace(job, house=f"workshop {n}") for n, job in enumerate(jobs)]
    assert _found(others)[1].scored.all()


def test_a_vote_says_less_than_a_report():
    report = _score([*_owners(18, 2), _claim("ann")])
    vote = _score([*_owners(18, 2), _claim("ann", tier="vote")])
    assert 0 < vote < report


def test_a_report_is_judged_at_its_own_place_in_the_product_tree():
    """It works on the V8 and never on the V6: who says so of the V6 tells the truth."""
    verified = [*_owners(15, 0), *_owners(0, 15, path=SIBLING, name="sibling")]
    assert _score([*verified, _claim("ann", 0.0, path=SIBLING)]) > _score([*verified, _claim("ann", 0.0)])
    assert _score([*verified, _claim("ann", 1.0)]) > 0 > _score([*verified, _claim("ann", 1.0, path=SIBLING)])


def test_partly_lies_between_worked_and_failed():
    worked, partly, failed = (_score([*_owners(14, 2), _claim("ann", success)]) for success in (1.0, 0.5, 0.0))
    assert failed < partly < worked


def test_a_claim_counts_at_most_seven_points_either_way():
    _, found = _found(
        [*_owners(500, 0), *_owners(0, 500, "strap"), _claim("ann", 0.0), _claim("ben", 1.0, remedy="strap")]
    )
    assert found.points.min() == -7
    assert abs(found.points).max() <= 7


def test_how_many_verified_outcomes_of_others_side_with_a_claim_is_counted():
    table, found = _found([*_owners(12, 2), _claim("ann")])
    ann = table.persons.index("ann")
    assert (found.others[ann], found.agreeing[ann]) == (14, 12)
    first_owner = 0
    assert (found.others[first_owner], found.agreeing[first_owner]) == (13, 11)


def test_the_order_of_claims_changes_nothing():
    claims = [*_owners(9, 3), *_owners(2, 8, "strap"), *(_claim(f"p{n}", float(n % 3 > 0)) for n in range(12))]
    table, found = _found(claims)
    shuffled = claims[:]
    random.Random(4).shuffle(shuffled)
    other_table, other = _found(shuffled)
    assert dict(zip(table.persons, found.score, strict=True)) == dict(
        zip(other_table.persons, other.score, strict=True)
    )


def test_no_claims_give_no_scores():
    table, found = _found([])
    assert len(table) == 0
    assert found.score.size == found.trust.size == 0


def test_trust_begins_at_the_first_trust_of_the_tier_and_stays_within_bounds():
    assert trust_of(0, 0.8, RULES) == pytest.approx(0.8)
    assert trust_of(10_000, 0.5, RULES) == 0.98
    assert trust_of(-10_000, 0.9, RULES) == 0.02
    table, found = _found([_claim("ann", tier="vote"), _claim("ann", tier="owner"), _claim("ben", tier="professional")])
    assert found.trust == pytest.approx([0.8, 0.9])
    assert table.persons == ("ann", "ben")


@given(st.integers(-200, 200), st.integers(-200, 200), st.sampled_from([0.5, 0.8, 0.9]))
def test_more_points_never_mean_less_trust(one, other, first):
    low, high = sorted([one, other])
    assert trust_of(low, first, RULES) <= trust_of(high, first, RULES)


def _bought_world(shills: int, seed: int = 1, verified_shills: int = 0) -> tuple[list[Claim], set[str]]:
    """Forty remedies, half of which a ring of accounts praises or runs down against what it knows to be true."""
    chance = random.Random(seed)
    claims: list[Claim] = []
    for number in range(40):
        works = chance.choice([0.15, 0.25, 0.6, 0.8])
        remedy = f"remedy {number}"
        for _ in range(9):
            person = f"owner {chance.randrange(60)}"
            claims.append(_claim(person, float(chance.random() < works), "owner", remedy))
        for _ in range(9):
            person = f"honest {chance.randrange(90)}"
            claims.append(_claim(person, float(chance.random() < works), remedy=remedy))
        if number % 2:
            for shill in range(shills):
                if chance.random() < 0.4:
                    tier = "owner" if shill < verified_shills else "unverified"
                    claims.append(_claim(f"shill {shill}", float(works < 0.5), tier, remedy))
    return claims, {f"shill {number}" for number in range(shills)}


def test_a_ring_that_outnumbers_the_honest_is_told_from_them():
    claims, shills = _bought_world(80)
    table, found = _found(claims)
    figures = shill_figures(table, found, shills, rules=RULES, judgement=JUDGEMENT)
    assert figures["shill_auc"] > 0.95 > figures["shill_auc_untrained"]
    assert figures["shill_weight_before_caps"] < 0.1 < figures["shill_weight_untrained"]


def test_a_ring_that_has_bought_some_verified_accounts_is_told_all_the_same():
    claims, shills = _bought_world(80, verified_shills=8)
    table, found = _found(claims)
    assert shill_figures(table, found, shills, rules=RULES, judgement=JUDGEMENT)["shill_auc"] > 0.9


def test_honest_people_keep_their_first_trust_on_average_where_nobody_is_bought():
    claims, _ = _bought_world(0)
    table, found = _found(claims)
    honest = np.array([str(person).startswith("honest") for person in table.persons])
    assert 0.45 < found.trust[honest].mean() < 0.75


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.booleans(), st.sampled_from(list(UNIT))), max_size=60)
)
def test_the_score_of_a_person_is_the_sum_of_their_points_and_trust_follows_from_it(rows):
    claims = [_claim(f"p{p}", float(success), tier, f"r{r}") for p, r, success, tier in rows]
    table, found = _found(claims)
    for number in range(len(table.persons)):
        assert found.score[number] == found.points[table.person == number].sum()
        assert found.trust[number] == pytest.approx(trust_of(found.score[number], table.best_trust[number], RULES))
    assert not found.points[~found.scored].any()
