"""What the front page shows: savings that were confirmed last, recalls in force, the categories."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from accounts.models import OwnedProduct, User
from accounts.queries.garage import default_product
from products.models import DiagnosticProduct, OfficialDiagnostic, Product
from wiki.models import Fix, Outcome, Problem
from wiki.queries.first_steps import StepSummary, first_steps
from wiki.queries.reader import Reader
from wiki.queries.rising import Emerging, Rising, emerging_now, rising_problems
from wiki.rules.judgement import VERIFIED

SAVINGS_SHOWN = 8
SUCCESSES_READ = 200
PROBLEMS_WEIGHED = 24
RECALLS_SHOWN = 4


@dataclass(frozen=True)
class Saving:
    """A problem whose plan begins with a confirmed fix, and what it cost beside the official remedy."""

    problem: Problem
    first: StepSummary


@dataclass(frozen=True)
class OpenRecall:
    """A recall in force with the name of one product that it covers and the number of further ones."""

    diagnostic: OfficialDiagnostic
    product_name: str
    more: int


@dataclass(frozen=True)
class Home:
    """Everything on the front page."""

    mine: OwnedProduct | None
    savings: tuple[Saving, ...]
    recalls: tuple[OpenRecall, ...]
    categories: tuple[Product, ...]
    emerging: tuple[Emerging, ...]
    rising: tuple[Rising, ...]

    @property
    def demonstration(self) -> bool:
        """Whether any saving or issue shown is demonstration data."""
        return any(saving.problem.is_demonstration for saving in self.savings) or any(
            each.issue.is_demonstration for each in self.emerging
        )


def home(user: User | AnonymousUser, *, now: datetime.datetime) -> Home:
    """The front page: twelve queries for a stranger, at most sixteen with an account."""
    return Home(
        mine=default_product(user),
        savings=confirmed_savings(now=now),
        recalls=newest_recalls(now.date()),
        categories=tuple(Product.objects.filter(level=0).order_by("name")),
        emerging=emerging_now(),
        rising=rising_problems(user, now.date()),
    )


def confirmed_savings(*, now: datetime.datetime) -> tuple[Saving, ...]:
    """The problems whose first step was confirmed last, where it costs less than the official remedy.

    The newest successes by verified people say which problems to look at; the plan decides which of them are confirmed.
    """
    recent = list(
        Outcome.objects.counted()
        .filter(
            result=Outcome.Result.WORKED,
            came_back_on__isnull=True,
            tier__in=VERIFIED,
            remedy__fix__state=Fix.State.PUBLISHED,
            remedy__fix__problem__state=Problem.State.PUBLISHED,
            remedy__fix__problem__duplicate_of__isnull=True,
        )
        .order_by("-pk")
        .values_list("happened_on", "remedy__fix__problem")[:SUCCESSES_READ]
    )
    latest_first = (problem for _, problem in sorted(recent, reverse=True))
    wanted = list(dict.fromkeys(latest_first))[:PROBLEMS_WEIGHED]
    found = Problem.objects.filter(pk__in=wanted).select_related("product", "component").in_bulk()
    problems = [found[pk] for pk in wanted]
    first = first_steps(problems, Reader(), now=now) if problems else {}
    savings = [Saving(problem, first[problem.pk]) for problem in problems if problem.pk in first]
    return tuple(
        saving for saving in savings if saving.first.confirmed and saving.first.kind == "fix" and _saves(saving.first)
    )[:SAVINGS_SHOWN]


def _saves(first: StepSummary) -> bool:
    return first.saved is not None and first.saved > 0


def newest_recalls(today: datetime.date) -> tuple[OpenRecall, ...]:
    """The recalls in force that were issued last, with the first product each covers: two queries."""
    found = list(
        OfficialDiagnostic.objects.in_force(today)
        .filter(kind=OfficialDiagnostic.Kind.RECALL, issued_on__isnull=False)
        .order_by("-issued_on", "-number")[:RECALLS_SHOWN]
    )
    covered: dict[int, set[str]] = {recall.pk: set() for recall in found}
    names = DiagnosticProduct.objects.filter(diagnostic__in=found).values_list("diagnostic", "product__full_name")
    for pk, name in names:
        covered[pk].add(name)
    return tuple(
        OpenRecall(recall, min(covered[recall.pk], default=""), max(0, len(covered[recall.pk]) - 1)) for recall in found
    )
