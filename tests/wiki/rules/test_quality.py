"""The quality of a page: from its best remedy, and as old as its day."""

import datetime

from wiki.rules.quality import CYCLE, MOST, Known, QualityRules, quality_of, reckoned_on

RULES = QualityRules()


def test_a_remedy_that_works_for_many_of_late_makes_a_page_good_and_nothing_makes_it_more_than_the_most() -> None:
    assert quality_of([Known(chance=0.8, reports=9, months=0)], RULES) == 600
    assert quality_of([Known(chance=1.0, reports=1e9, months=0)], RULES) == MOST
    assert quality_of([Known(chance=0.8, reports=9, months=-1)], RULES) == 600


def test_what_nobody_tried_has_no_quality_however_good_it_sounds() -> None:
    assert quality_of([Known(chance=0.9, reports=0, months=0)], RULES) == 0
    assert quality_of([], RULES) == 0


def test_chance_evidence_and_freshness_each_count() -> None:
    best = Known(chance=0.8, reports=9, months=0)
    for less in (Known(0.4, 9, 0), Known(0.8, 3, 0), Known(0.8, 9, 48)):
        assert 0 < quality_of([less], RULES) < quality_of([best], RULES)
    assert quality_of([Known(0.8, 9, 48)], RULES) == 300


def test_the_best_remedy_counts_and_bad_ones_beside_it_take_nothing_away() -> None:
    good, bad = Known(0.8, 9, 0), Known(0.1, 40, 0)
    assert quality_of([bad, good, bad], RULES) == quality_of([good], RULES)


def test_each_problem_has_its_own_day_in_four_weeks() -> None:
    today = datetime.date(2026, 11, 24)
    days = {reckoned_on(problem, today) for problem in range(CYCLE)}
    assert days == {today - datetime.timedelta(days=back) for back in range(CYCLE)}
    kept = reckoned_on(5, today)
    assert reckoned_on(5, kept) == kept
    assert reckoned_on(5, kept + datetime.timedelta(days=CYCLE - 1)) == kept
    assert reckoned_on(5, kept + datetime.timedelta(days=CYCLE)) == kept + datetime.timedelta(days=CYCLE)
