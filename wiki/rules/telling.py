"""Which terms tell some texts from others: log-odds ratio with an informative Dirichlet prior (Monroe et al. 2008)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PRIOR_SHARE = 0.1
MOST_PRIOR = 500.0
"""How many terms the common language is worth: a tenth of all that was read, and no more than this."""


def telling(here: Floats, elsewhere: Floats) -> Floats:
    """The z-score of each term, from its counts in some texts and in others; above zero it speaks for the first.

    The prior is the language of both together, so that a rare word needs more than one text to tell anything.
    """
    both = here + elsewhere
    read = max(float(both.sum()), 1.0)
    prior = min(MOST_PRIOR, PRIOR_SHARE * read) * both / read + 1e-9
    total = float(prior.sum())

    def odds(counts: Floats) -> Floats:
        rest = counts.sum() + total - counts - prior
        value: Floats = np.log(counts + prior) - np.log(np.maximum(rest, 1e-9))
        return value

    spread = np.sqrt(1 / (here + prior) + 1 / (elsewhere + prior))
    score: Floats = (odds(here) - odds(elsewhere)) / spread
    return score
