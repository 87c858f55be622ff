"""The simulated worlds: the project's own rules follow them, and the small one stands on its own feet."""

import pytest

from benchmarks import small_world
from benchmarks.bought_opinion import accounts_to_flip, attacked, margin, settings
from benchmarks.judgement import Job, load_worlds, measure, parse_seeds, summarise
from benchmarks.plan_ranker import IDEAS, WORLD_RULES, PlanRanker, rules_without


@pytest.fixture
def without_the_large_worlds(monkeypatch, tmp_path):
    monkeypatch.setenv("FIXLORE_SHARED_DATA", str(tmp_path / "data"))


def test_in_the_small_world_the_oracle_is_best_and_the_rules_save_money(without_the_large_worlds):
    assert load_worlds() is small_world
    jobs = [Job(scenario, 1, 20, 60, ()) for scenario in ("clean", "shills20x3+attacks")]
    figures = summarise([(job, measure(job)) for job in jobs])
    for scenario in ("clean", "attacks"):
        cost = figures["realised_cost"][scenario]
        assert cost["oracle"] == min(cost.values())
        assert cost["fixlore"] < cost["official-first"]
        assert figures["saving_captured"][scenario]["oracle"] == 1
    assert 0 < figures["shill_weight_before_caps"]["attacks"] < 1
    assert 0 <= figures["coverage80"]["clean"] <= 1


def test_the_same_world_gives_the_same_figures(without_the_large_worlds):
    job = Job("shills20", 3, 6, 40, ())
    one, other = measure(job), measure(job)
    assert (one["cost"], one["coverage"], one["shills"]) == (other["cost"], other["coverage"], other["shills"])


def test_what_the_adapter_keeps_in_sums_is_what_the_reports_say():
    world = small_world.World(2, 0.2, 3.0, ("invented", "prices"), problems=4, visits=60)
    ranker = PlanRanker()
    small_world.simulate(world, ranker)
    assert ranker.reports()
    for problem in range(world.problems):
        for leaf in range(small_world.LEAVES):
            listed = world.available(problem)
            kept = ranker.weighed(problem, leaf, listed)
            replayed = ranker.weighed(problem, leaf, listed, replay=True)
            for one, other in zip(kept, replayed, strict=True):
                assert one.q == pytest.approx(other.q, rel=1e-9)
                assert one.cost == pytest.approx(other.cost, rel=1e-9)
                assert one.chance.people == other.chance.people


@pytest.mark.parametrize("idea", IDEAS)
def test_every_idea_that_can_be_left_out_changes_a_rule(idea):
    assert rules_without([idea]) != WORLD_RULES


def test_the_attacker_finds_a_fix_above_the_official_path_before_anything_is_bought():
    for setting in settings(WORLD_RULES):
        assert margin(attacked(setting, [], WORLD_RULES)) > 1
    assert accounts_to_flip(WORLD_RULES, attempts=3)["most_accounts"] == 3000


def test_seeds_are_read_as_ranges():
    assert parse_seeds("1000-1002,7") == [1000, 1001, 1002, 7]
