"""What a fix that did not help says about the others: fixes of one component mend one cause, and labels may be wrong.

The causes are the components named by proven fixes and by those tried, and one elsewhere, so that inventing fixes moves
nothing for others. A cause is as likely as its likeliest such fix needs it to be; a fix works where its cause is, by a
strength that keeps its own chance. After failures the causes are weighed again (Bayes), and every other chance with
them: on the same component it falls, elsewhere it rises. Only a part of that is taken, since most people who reported
on a fix had tried others before it in vain: their reports hold it already. Dependence of faults in repair plans:
Langseth & Jensen 2003; Ottosen & Jensen 2010.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wiki.rules.judgement import Judgement

SUREST = 0.97  # no fix helps for sure, so that a failure never rules a cause out


@dataclass(frozen=True, slots=True)
class Mends:
    """A fix with its chance and the component it names; None: it names none, and is independent of all others."""

    key: int
    q: float
    component: int | None
    proven: bool = True


def factors_after(fixes: Sequence[Mends], tried: Collection[int], rules: Judgement) -> dict[int, float]:
    """What the chance of each fix that was not tried is multiplied by, once those tried did not help; 1 is left out.

    No product of chance and factor is above `SUREST`, unless the chance was. O(fixes × components).
    """
    named = [fix for fix in fixes if fix.component is not None]
    failed = [fix for fix in named if fix.key in tried]
    if not failed or not rules.dependence:
        return {}
    telling = [fix for fix in named if fix.proven or fix.key in tried]
    causes = sorted({fix.component for fix in telling if fix.component is not None})
    mass = _masses(telling, causes, rules)
    works = {fix.key: _works(fix, causes, mass, rules) for fix in named}
    after = mass
    for fix in sorted(failed, key=lambda fix: fix.key):
        after = [share * (1 - chance) for share, chance in zip(after, works[fix.key], strict=True)]
    total = sum(after)
    factors = {}
    for fix in named:
        if fix.key in tried or fix.q <= 0:
            continue
        before = sum(m * w for m, w in zip(mass, works[fix.key], strict=True))
        now = sum(m * w for m, w in zip(after, works[fix.key], strict=True)) / total
        factor = min((now / before) ** rules.dependence, max(1.0, SUREST / fix.q))
        if abs(factor - 1) > 1e-9:
            factors[fix.key] = factor
    return factors


def _masses(telling: Sequence[Mends], causes: Sequence[int], rules: Judgement) -> list[float]:
    """How likely each cause is, the one elsewhere last."""
    needed = [max(fix.q for fix in telling if fix.component == cause) / rules.right_fix_helps for cause in causes]
    elsewhere = max(1 - rules.right_component, 1 - sum(needed))
    total = sum(needed) + elsewhere
    return [share / total for share in (*needed, elsewhere)]


def _works(fix: Mends, causes: Sequence[int], mass: Sequence[float], rules: Judgement) -> list[float]:
    """The chance of a fix by cause: its label is right in most cases, and its own chance is kept on the whole."""
    wrong = (1 - rules.right_component) / len(causes)
    shape = [rules.right_component if cause == fix.component else wrong for cause in causes]
    shape.append(wrong if fix.component in causes else rules.right_component)
    strength = fix.q / sum(m * s for m, s in zip(mass, shape, strict=True))
    return [min(SUREST, strength * share) for share in shape]
