"""The problem picker of forms: as those of products and components, for what wiki knows."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, IntegerField, QuerySet, When

from accounts.models import User
from products.pickers import MOST_CHOICES, PickerMixin
from products.rules.naming import tidy
from wiki.models import Problem
from wiki.queries.suggestions import problems_named

_NUMBERED = re.compile(r"(?:.*/problem/|#)?(\d{1,18})(?:-[^/]*)?/?(?:[?#].*)?")


class ProblemPickerMixin(PickerMixin):
    """Adds the field `problem`, in which one is picked by words, number or address."""

    def add_problem_picker(self, *, label: str, required: bool, user: User | AnonymousUser, **more: Any) -> None:
        """Add the field; only problems that the user may see, and no duplicates, can be picked."""
        among = Problem.objects.visible_to(user).canonical().select_related("product")
        self.add_picker(
            "problem",
            label=label,
            find=partial(find_problems, among),
            name_of=str,
            source="wiki:suggest-problems",
            required=required,
            among=among,
            **more,
        )


def find_problems(among: QuerySet[Problem], typed: str) -> QuerySet[Problem]:
    """Problems by number (`12`, `#12`), address or exact title, else by the words typed, the best first."""
    numbered = _NUMBERED.fullmatch(typed.strip())
    if numbered is not None:
        return among.filter(pk=int(numbered[1]))
    titled = among.filter(title__iexact=tidy(typed))
    if titled.exists():
        return titled
    ids = [problem.pk for problem in problems_named(typed, MOST_CHOICES)]
    order = Case(*(When(pk=pk, then=place) for place, pk in enumerate(ids)), output_field=IntegerField())
    return among.filter(pk__in=ids).order_by(order) if ids else among.none()
