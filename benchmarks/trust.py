"""How well trust tells honest people from bought ones: figures for a world where it is known who is who."""

from collections.abc import Collection, Hashable, Mapping

import numpy as np
from scipy.stats import rankdata

from wiki.rules.judgement import Judgement
from wiki.rules.trust import Calibration, Claims, TrustRules


def shill_figures(
    claims: Claims, calibration: Calibration, shills: Collection[Hashable], *, rules: TrustRules, judgement: Judgement
) -> Mapping[str, float]:
    """The area under the curve of trust, honest against shill, and the shills' share of all weight before caps.

    `shills` are names of persons. The curve is over everybody who made a claim: the chance that an honest person is
    trusted more than a shill, ties half. The weight of a claim is unit × the trust of its tier. For comparison the
    same with every trust at its first value.
    """
    shill = np.array([person in shills for person in claims.persons], bool)
    first = claims.first_trust
    log_odds = np.log(first / (1 - first)) + calibration.score[claims.person] / 10
    now = np.clip(1 / (1 + np.exp(-log_odds)), rules.lowest, rules.highest)
    return {
        "shill_auc": area_under_curve(calibration.trust, shill),
        "shill_auc_untrained": area_under_curve(claims.best_trust, shill),
        "shill_weight_before_caps": _share(claims, now, shill),
        "shill_weight_untrained": _share(claims, first, shill),
        "honest_trust": float(calibration.trust[~shill].mean()),
        "shill_trust": float(calibration.trust[shill].mean()) if shill.any() else float("nan"),
        "honest_below_a_fifth": float((calibration.trust[~shill] < 0.2).mean()),
    }


def area_under_curve(trust: np.ndarray, shill: np.ndarray) -> float:
    """The chance that a random honest person is trusted more than a random shill, ties counted half."""
    honest, bought = int((~shill).sum()), int(shill.sum())
    if not honest or not bought:
        return float("nan")
    ranks = rankdata(trust)
    return float((ranks[~shill].sum() - honest * (honest + 1) / 2) / (honest * bought))


def _share(claims: Claims, trust: np.ndarray, shill: np.ndarray) -> float:
    weight = claims.weight * trust
    return float(weight[shill[claims.person]].sum() / weight.sum())
