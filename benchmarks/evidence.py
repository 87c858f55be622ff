"""What an outcome costs to write, with its ledgers and its evidence, and a plan to read, as outcomes grow in number.

python -m benchmarks.evidence [--json] [--size most outcomes on the problem's tree]

One problem with twelve fixes by twelve people and an official remedy stands on a model with sixty variants below it. It
is filled to 10, 1,000 and 100,000 outcomes (as far as `--size` goes); at each size so many outcomes by new members are
recorded through the action and rolled back, so that the size stays. Milliseconds of CPU, without the commit.
"""

import datetime
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

SIZES = (10, 1_000, 100_000)
FIXES, VARIANTS, WRITES, READS = 12, 60, 200, 60
FEWER_THAN = {"professional": 0.1, "owner": 0.4}
PRICES = (20, 35, 40, 55, 60, 60, 60, 65, 70, 80, 95, 120, 150, 300)


def measure(size: int) -> tuple[Figures, Figures]:
    """Fill a site with outcomes up to each size and measure there."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIXLORE_DATA"] = folder
        os.environ["FIXLORE_LOG_LEVEL"] = "WARNING"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        (Path(folder) / "static").mkdir()

        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        figures = figures_at([step for step in SIZES if step <= size])
    return {"fixes": FIXES, "variants": VARIANTS, "writes": WRITES, "reads": READS}, figures


def figures_at(sizes: Sequence[int]) -> Figures:
    """The figures at each size, in the database of the settings, which has to be empty."""
    site = _Site()
    figures: Figures = {
        name: {} for name in ("write_p95_ms", "write_median_ms", "vote_p95_ms", "plan_p95_ms", "lists_p95_ms")
    }
    for size in sizes:
        site.fill(size)
        key = str(size)
        taken = site.writes(site.record)
        figures["write_p95_ms"][key], figures["write_median_ms"][key] = _p95(taken), round(statistics.median(taken), 2)
        figures["vote_p95_ms"][key] = _p95(site.writes(site.vote))
        figures["plan_p95_ms"][key] = _p95([site.timed(site.plan) for _ in range(READS)])
        figures["lists_p95_ms"][key] = _p95([site.timed(site.first_steps) for _ in range(READS)])
    first, last = str(sizes[0]), str(sizes[-1])
    figures["write_ratio"] = round(figures["write_p95_ms"][last] / figures["write_p95_ms"][first], 2)
    figures["plan_ratio"] = round(figures["plan_p95_ms"][last] / figures["plan_p95_ms"][first], 2)
    return figures


def _p95(taken: Sequence[float]) -> float:
    return round(sorted(taken)[int(len(taken) * 0.95)], 2)


class _Site:
    """A problem on a model, filled step by step."""

    def __init__(self) -> None:
        from django.utils import timezone

        from products.actions.official_diagnostics import publish_diagnostic
        from products.actions.tree import add_product
        from products.models import OfficialDiagnostic
        from wiki.actions.diagnostics import link_diagnostic
        from wiki.actions.drafts import FixDraft, ProblemDraft
        from wiki.actions.fixes import propose_fix
        from wiki.actions.problems import ask_problem

        self.now = timezone.now()
        self.chance = random.Random(0)
        self.number = 0
        self.outcomes = 0
        cars = add_product(parent=None, kind="category", name="Cars")
        make = add_product(parent=cars, kind="make", name="Land Rover")
        model = add_product(parent=make, kind="model", name="Range Rover")
        years = [add_product(parent=model, kind="year", name=str(year)) for year in range(2002, 2012)]
        self.products = [
            add_product(parent=year, kind="variant", name=f"Engine {place}")
            for year in years
            for place in range(VARIANTS // len(years))
        ]
        authors = self.members(FIXES + 1)
        self.problem = ask_problem(
            draft=ProblemDraft(product=model, title="Brake lights stay on", symptom="They stay on.", code_text=""),
            actor=authors[-1],
            now=self.now,
        )
        self.fixes = [
            propose_fix(
                problem=self.problem,
                draft=FixDraft(
                    title=f"Replace switch {place}", steps="1. Replace it.", cost=Decimal(60), hours=Decimal(1)
                ),
                actor=author,
                now=self.now,
            )
            for place, author in enumerate(authors[:FIXES])
        ]
        computer = publish_diagnostic(
            kind=OfficialDiagnostic.Kind.BULLETIN,
            number="B-1",
            publisher="Land Rover",
            title="Replace the computer",
            remedy_cost=Decimal(1500),
            products=[model],
        )
        link_diagnostic(problem=self.problem, diagnostic=computer, actor=authors[-1], now=self.now)
        self.remedies = [fix.remedy for fix in self.fixes]

    def members(self, count: int) -> list[Any]:
        """New members who may report and vote, with the ledger row that says so."""
        from accounts.models import ReputationEvent, User

        first = self.number
        self.number += count
        joined = self.now - datetime.timedelta(days=400)
        names = [f"member{place}" for place in range(first, self.number)]
        User.objects.bulk_create(
            [User(username=name, email=f"{name}@example.org", reputation=300, date_joined=joined) for name in names],
            batch_size=2000,
        )
        members = list(User.objects.filter(username__in=names)) if count < 1000 else list(User.objects.order_by("pk"))
        members = members[-count:]
        ReputationEvent.objects.bulk_create(
            [
                ReputationEvent(member=member, event="fix_voted_up", points=299, cause="opening", created_at=joined)
                for member in members
            ],
            batch_size=2000,
        )
        return members

    def fill(self, size: int) -> None:
        """Outcomes up to a size as if they had been recorded one by one, with the rows of both ledgers."""
        from accounts.models import ReputationEvent
        from wiki.actions.evidence import rebuild_remedy_evidence
        from wiki.models import Outcome

        missing = size - self.outcomes
        members = self.members(missing // 3 + 1)
        rows, events = [], []
        for place in range(missing):
            member, turn = members[place // 3], place % 3
            number = (place // 3 + 4 * turn) % FIXES
            on = (self.now - datetime.timedelta(days=self.chance.randrange(1500))).date()
            rows.append(self.outcome(member=member, remedy=self.remedies[number], happened_on=on))
        Outcome.objects.bulk_create(rows, batch_size=2000)
        for row in Outcome.objects.order_by("-pk")[:missing]:
            cause = f"outcome:{row.pk}"
            due = [(row.member_id, "outcome_reported")]
            if row.result == "worked" and row.tier != "unverified":
                author = next(fix.author_id for fix in self.fixes if fix.remedy.pk == row.remedy_id)
                due.append((author, "professional_confirmed" if row.tier == "professional" else "owner_confirmed"))
            events += [
                ReputationEvent(
                    member_id=who, event=event, points=1, cause=cause, actor_id=row.member_id, created_at=self.now
                )
                for who, event in due
            ]
        ReputationEvent.objects.bulk_create(events, batch_size=2000)
        self.outcomes = size
        for remedy in self.remedies:
            rebuild_remedy_evidence(remedy=remedy.pk, now=self.now)

    def outcome(self, **fields: Any) -> Any:
        """An outcome of random result, tier, product and price, not yet stored."""
        from wiki.models import Outcome

        draw = self.chance.random()
        tier = next((tier for tier, share in FEWER_THAN.items() if draw < share), "unverified")
        return Outcome(
            product=self.chance.choice(self.products),
            result=self.chance.choice(["worked", "worked", "partly", "failed", "failed", "worse"]),
            tier=tier,
            money=Decimal(self.chance.choice(PRICES)) if self.chance.random() < 0.7 else None,
            hours=Decimal(self.chance.choice(["0.5", "1", "2"])),
            note="It did.",
            created_at=self.now,
            updated_at=self.now,
            **fields,
        )

    # ------------------------------------------------------------ what is measured

    def timed(self, act: Callable[[], Any]) -> float:
        """Milliseconds of CPU that an act takes."""
        begun = time.process_time()
        act()
        return (time.process_time() - begun) * 1000

    def writes(self, act: Callable[[Any], Any]) -> list[float]:
        """Milliseconds of each act by a new member, rolled back after it."""
        from django.db import transaction

        taken = []
        for member in self.members(WRITES):
            with transaction.atomic():
                taken.append(self.timed(lambda member=member: act(member)))
                transaction.set_rollback(True)
        return taken

    def record(self, member: Any) -> None:
        """An outcome."""
        from wiki.actions.drafts import OutcomeDraft
        from wiki.actions.outcomes import record_outcome

        said = self.outcome()
        draft = OutcomeDraft(
            result=said.result, product=said.product, money=said.money, hours=said.hours, note=said.note
        )
        record_outcome(remedy=self.chance.choice(self.remedies), draft=draft, actor=member, now=self.now)

    def vote(self, member: Any) -> None:
        """A vote up on a fix."""
        from wiki.actions.votes import cast_vote

        cast_vote(post=self.chance.choice(self.fixes), value=1, actor=member, now=self.now)

    def plan(self) -> None:
        """The plan of the problem for a variant, with all that explains it."""
        from wiki.queries.plan import plan_for
        from wiki.queries.reader import Reader

        plan_for(self.problem, Reader(product=self.chance.choice(self.products)), now=self.now)

    def first_steps(self) -> None:
        """The first step, as lists show it."""
        from wiki.queries.first_steps import first_steps
        from wiki.queries.reader import Reader

        first_steps([self.problem], Reader(), now=self.now)


if __name__ == "__main__":
    run("evidence", measure, small=1_000)
