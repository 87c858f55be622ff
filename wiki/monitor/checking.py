"""Whether the figures of the open issues are what a fresh look makes of them."""

from __future__ import annotations

import datetime
import math

from wiki.models import EmergingIssue
from wiki.monitor.looking import look


def wrong_figures(through: datetime.date) -> list[str]:
    """The open issues whose figures differ from those of a look at everything up to a week, as sentences."""
    found = look(through)
    due: dict[tuple[int, int, datetime.date], tuple[float, ...]] = {}
    if found is not None:
        for episode in found.episodes:
            place = (
                found.record.products[episode.node],
                found.record.components[episode.column],
                found.record.monday(episode.last),
            )
            due[place] = (round(episode.observed), episode.expected, episode.score)
    wrong = []
    for issue in EmergingIssue.objects.exclude(state=EmergingIssue.State.CLOSED).select_related("product", "component"):
        figures = due.get((issue.product_id, issue.component_id, issue.last_flagged_on))
        stands = (issue.observed, issue.expected, issue.score)
        if figures is None:
            if issue.state == EmergingIssue.State.NEW:
                wrong.append(f"{issue}: nothing on record shows it in the week of {issue.last_flagged_on}")
        elif not all(math.isclose(one, other, abs_tol=0.011) for one, other in zip(stands, figures, strict=True)):
            wrong.append(f"{issue}: {stands} instead of {figures}")
    return wrong
