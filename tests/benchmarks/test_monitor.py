"""The monitor's benchmark in the small world of our own: the site's detector against plain rivals."""

import numpy as np

from benchmarks.outbreaks import SiteDetector
from benchmarks.small_outbreaks import RIVALS, World, contest


def test_the_sites_detector_sees_outbreaks_before_their_recall_and_names_the_node():
    ours = contest({"ours": SiteDetector}, [1])["ours"]
    assert ours["detected_before_recall"] >= 0.9
    assert ours["exact_node"] >= 0.6
    assert ours["median_lead_weeks"] > 25


def test_every_rival_of_the_small_world_gives_finite_scores():
    world = World(1)
    for factory in RIVALS.values():
        detector = factory()
        detector.start(world.tree, world.counts.shape[2], len(world.counts))
        assert all(np.isfinite(detector.week(t, counts)).all() for t, counts in enumerate(world.counts[:40]))
