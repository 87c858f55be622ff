"""A site with outcomes and votes of every kind, and what its plans say: for the open dump, written and restored."""

import datetime
import random
from decimal import Decimal
from typing import Any

from django.utils import timezone

OUTCOMES_A_PROBLEM = 80
FIXES = 4
OWN_WORDS = {
    "note": "My car WBADT43452G296706 at 12 Elm Road, call Zebedee Quill",
    "proof": "mail zq.private@quill.example, serial SN-PLANTED-77812",
    "cause_found": "PLANTED cause 203.0.113.77",
    "also_changed": "PLANTED change",
    "part_number": "PLANTED-PART",
}
"""What a member may have typed into an outcome, and never leaves the site."""
PLANTED = (
    *("WBADT43452G296706", "SALLMAM54A123456", "zq.private", "quill.example", "SN-PLANTED", "203.0.113.77", "PLANTED"),
    *("Zebedee", "JOB-77", "zoe-", "example.org", "Elm Road"),
)
PRICES = ("19.90", "35", "55", "60", "64.90", "70", "120", "300", "1640", "0")


class World:
    """Makes a site of so many outcomes, in bulk, as if everything had been recorded one by one."""

    def __init__(self, outcomes: int, *, now: datetime.datetime | None = None) -> None:
        self.now = now or timezone.now()
        self.chance = random.Random(7)
        self.outcomes = outcomes
        self.jobs = 0

    def build(self) -> None:
        """Make everything, with evidence."""
        from accounts.models import CommunityRule
        from wiki.actions.evidence import rebuild_remedy_evidence
        from wiki.queries.evidence import remedies_with_evidence

        CommunityRule.objects.create(name="judgement.wage_myself", value=31)
        self._catalogue()
        self._people()
        for number in range(max(2, self.outcomes // OUTCOMES_A_PROBLEM)):
            self._problem(number)
        for remedy in remedies_with_evidence():
            rebuild_remedy_evidence(remedy=remedy, now=self.now)

    def _catalogue(self) -> None:
        from products.actions.components import add_component
        from products.actions.tree import add_product
        from products.models import Component

        self.components = [
            add_component(parent=None, name="Brakes", safety_class="red"),
            add_component(parent=None, name="Body computer software", safety_class="green"),
            add_component(parent=None, name="Dashboard lights", safety_class="green", aliases=["Lamps"]),
        ]
        Component.objects.filter(pk=self.components[1].pk).update(is_software=True)
        cars = add_product(parent=None, kind="category", name="Cars")
        self.models: list[Any] = []
        self.makes: list[Any] = []
        for make in ("Land Rover", "Ford"):
            self.makes.append(add_product(parent=cars, kind="make", name=make, aliases=[make.upper() + " LTD"]))
            for model in ("Alpha", "Beta"):
                self.models.append(add_product(parent=self.makes[-1], kind="model", name=f"{make} {model}"))
        self.places: dict[int, list[Any]] = {}
        for model in self.models:
            below = [model]
            for year in ("2004", "2005"):
                below.append(add_product(parent=model, kind="year", name=year))
                below += [
                    add_product(parent=below[-1], kind="variant", name=f"{name} {year}") for name in ("V8", "Td6")
                ]
            self.places[model.pk] = below

    def _people(self) -> None:
        from accounts.models import Membership, Organisation, OwnedProduct, Scope, User

        joined = self.now - datetime.timedelta(days=900)

        def people(kind: str, number: int) -> list[Any]:
            User.objects.bulk_create(
                User(
                    username=f"{kind}{place}",
                    email=f"{kind}{place}@example.org",
                    date_joined=joined,
                    reputation=300,
                    calibration=self.chance.choice([0, 0, 0, 4, 9, 23, -7, -31]),
                )
                for place in range(number)
            )
            return list(User.objects.filter(username__startswith=kind).order_by("pk"))

        def house(name: str, kind: str, products: list[Any], staff: list[Any]) -> Any:
            made = Organisation.objects.create(kind=kind, name=name, slug=name.lower(), verified_at=joined)
            for product in products:
                Scope.objects.create(organisation=made, product=product)
            for member in staff:
                Membership.objects.create(organisation=made, member=member, since=joined)
            return made

        self.authors = people("author", 12)
        self.reporters = people("zoe-owner", max(20, self.outcomes // 12))
        self.mechanics = people("zoe-mechanic", 8)
        self.insiders = people("zoe-insider", 2)
        self.workshops = [house(f"Garage{n}", "workshop", self.makes, self.mechanics[n::4]) for n in range(4)]
        house("Works", "manufacturer", [self.makes[0]], self.insiders)
        OwnedProduct.objects.bulk_create(
            OwnedProduct(
                member=member,
                product=self.chance.choice(self.places[self.chance.choice(self.models).pk]),
                serial_encrypted="SALLMAM54A123456",
                nickname="Zebedee's car",
                created_at=joined,
            )
            for member in self.reporters
            for _ in range(2)
        )
        self.owned: dict[int, list[Any]] = {}
        for row in OwnedProduct.objects.all():
            self.owned.setdefault(row.member_id, []).append(row)

    def _problem(self, number: int) -> None:
        from wiki.actions.comments import write_comment
        from wiki.models import Fix, Problem

        model = self.models[number % len(self.models)]
        product = self.chance.choice(self.places[model.pk][:3])
        author = self.authors[number % len(self.authors)]
        created = self.now - datetime.timedelta(days=700)
        problem = Problem.objects.create(
            product=product,
            component=self.components[number % 3],
            title=f"Brake lights stay on, case {number}",
            symptom="They **stay on**. Ask owner@quill.example about WBADT43452G296706.",
            symptom_html="<p>They</p>",
            code_text="P0571-00 (2A), U0121",
            code_bases=" P0571 U0121 ",
            author=author,
            created_at=created,
            updated_at=created,
            sighting_count=number % 9,
            state="hidden" if number % 23 == 22 else "published",
            duplicate_of=Problem.objects.first() if number % 17 == 16 else None,
        )
        remedies = [self._fix(problem, place, number) for place in range(FIXES)]
        official = self._official(problem, product, number)
        Fix.objects.filter(pk=remedies[3].fix_id).update(superseded_by=remedies[0].fix_id if number % 5 == 4 else None)
        if number % 4 == 0:
            self._test(problem, remedies)
        if problem.state == "published":
            write_comment(on=problem, body="Same here, since last winter.", actor=author, now=self.now)
        self._outcomes(problem, model, remedies, official, number)
        self._votes(remedies)

    def _fix(self, problem: Any, place: int, number: int) -> Any:
        from wiki.models import Fix, FixPart, Remedy

        created = self.now - datetime.timedelta(days=600 - place)
        fix = Fix.objects.create(
            problem=problem,
            component=self.components[(number + place) % 3],
            title=f"Replace part {place} of case {number}",
            first_check="Pull it: do the lights go out?",
            steps="1. Unplug it.\n2. Fit the new one.",
            steps_html="<p>1</p>",
            cost=None if place == 2 else Decimal([60, 25, 0, 190][place]),
            currency="EUR" if place == 1 else "USD",
            hours=Decimal("0.5") * place,
            is_dangerous=place == 3 and number % 6 == 0,
            dangerous_reason="may catch fire" if place == 3 and number % 6 == 0 else "",
            state="hidden" if place == 2 and number % 7 == 3 else "published",
            author=self.authors[(number + place) % len(self.authors)],
            created_at=created,
            updated_at=created,
        )
        FixPart.objects.create(fix=fix, name="Switch", number=f"XKB{number:06}", price=Decimal(60))
        return Remedy.objects.create(fix=fix)

    def _official(self, problem: Any, product: Any, number: int) -> Any:
        from products.actions.official_diagnostics import publish_diagnostic
        from wiki.actions.remedies import remedy_for
        from wiki.models import DiagnosticLink

        kinds = ["bulletin", "procedure", "recall"]
        diagnostic = publish_diagnostic(
            kind=kinds[number % 3],
            number=f"B-{number}",
            publisher="Land Rover",
            title="Replace the computer",
            remedy_title="Replace the computer",
            remedy_cost=Decimal(1500),
            remedy_hours=Decimal("1.5"),
            products=[product],
        )
        DiagnosticLink.objects.create(problem=problem, diagnostic=diagnostic, reason="hand", linked_at=self.now)
        return remedy_for(diagnostic=diagnostic)

    def _test(self, problem: Any, remedies: list[Any]) -> None:
        from wiki.models import DiagnosticTest, Pointer, Reading

        test = DiagnosticTest.objects.create(
            problem=problem,
            title="Read the switch in live data",
            how="Look at it.",
            how_html="<p>Look</p>",
            money=Decimal(0),
            hours=Decimal("0.1"),
            is_checked=True,
            author=self.authors[0],
            created_at=self.now,
            updated_at=self.now,
        )
        for place, label in enumerate(("pressed", "not pressed")):
            reading = Reading.objects.create(test=test, place=place, label=label)
            Pointer.objects.create(reading=reading, remedy=remedies[0], strength=(2, -2)[place])

    def _outcomes(self, problem: Any, model: Any, remedies: list[Any], official: Any, number: int) -> None:
        from wiki.models import Outcome

        made: dict[tuple[Any, ...], Any] = {}
        for _ in range(OUTCOMES_A_PROBLEM):
            outcome, key = self._outcome(problem, model, [*remedies, official])
            made.setdefault(key, outcome)
        rows = Outcome.objects.bulk_create(made.values(), batch_size=500)
        also = Outcome.also_remedies.through
        also.objects.bulk_create(
            also(outcome=row, remedy=other)
            for place, row in enumerate(rows)
            if place % 8 == 0
            for other in remedies[1 : 2 + place % 3]
            if other.pk != row.remedy_id
        )

    def _outcome(self, problem: Any, model: Any, remedies: list[Any]) -> tuple[Any, tuple[Any, ...]]:
        from wiki.models import Outcome

        draw = self.chance.random
        place = min(int(draw() * 6), 4)
        days = self.chance.choice([self.chance.randrange(30), self.chance.randrange(1500)])
        on = (self.now - datetime.timedelta(days=days)).date()
        result = self.chance.choice(["worked", "worked", "worked", "partly", "failed", "failed", "worse", "not_tried"])
        outcome = Outcome(
            remedy=remedies[place],
            product=self.chance.choice(self.places[model.pk]),
            result=result,
            state="hidden" if draw() < 0.04 else "deleted" if draw() < 0.03 else "published",
            money=Decimal(self.chance.choice(PRICES)) if draw() < 0.7 else None,
            currency=self.chance.choice(["USD", "USD", "EUR"]),
            hours=Decimal(self.chance.choice(["0.5", "1", "2"])) if draw() < 0.6 else None,
            done_by=self.chance.choice(["myself", "myself", "workshop", "dealer"]),
            usage=123_456,
            happened_on=on,
            came_back_on=on if result in ("worked", "partly") and draw() < 0.15 else None,
            has_evidence=draw() < 0.2,
            harm=draw() < 0.02,
            procedure_followed=True if place == 4 else None,
            created_at=self.now - datetime.timedelta(days=days),
            updated_at=self.now,
            **OWN_WORDS,
        )
        kind = draw()
        if kind < 0.2:
            mechanic = self.chance.choice(self.mechanics)
            self.jobs += 1
            outcome.member, outcome.organisation_id = mechanic, mechanic.memberships.first().organisation_id
            outcome.tier, outcome.job_number = "professional", f"JOB-77{self.jobs}"
            outcome.is_beyond_share = draw() < 0.2
            return outcome, ("job", self.jobs)
        if kind < 0.3:
            outcome.mail_digest = f"{self.chance.randrange(60):064x}"
            return outcome, (outcome.mail_digest, place)
        if kind < 0.33:
            outcome.member = self.chance.choice(self.insiders)
            return outcome, (outcome.member_id, place)
        outcome.member = self.chance.choice(self.reporters[:20] if draw() < 0.5 else self.reporters)
        if draw() < 0.5:
            owned = self.chance.choice(self.owned[outcome.member_id])
            outcome.owned_product, outcome.tier = owned, "owner" if draw() < 0.8 else "unverified"
            return outcome, (outcome.member_id, place, owned.pk)
        return outcome, (outcome.member_id, place)

    def _votes(self, remedies: list[Any]) -> None:
        from wiki.models import Fix, Vote

        for remedy in remedies:
            voters = self.chance.sample([*self.authors, *self.reporters[:20]], self.chance.randrange(9))
            votes = Vote.objects.bulk_create(
                Vote(
                    fix_id=remedy.fix_id,
                    voter=voter,
                    value=value,
                    reason="unclear" if value < 0 else "",
                    created_at=self.now - datetime.timedelta(days=self.chance.randrange(400)),
                )
                for voter in voters
                for value in [1 if self.chance.random() < 0.7 else -1]
            )
            Fix.objects.filter(pk=remedy.fix_id).update(score=sum(vote.value for vote in votes))


def plans_of(*, now: datetime.datetime) -> dict[str, list[Any]]:
    """What the plan of every problem says to several readers: order, chances, counts, money to the cent."""
    from django.contrib.auth.models import AnonymousUser

    from products.models import Product
    from wiki.models import Problem
    from wiki.queries.plan import plan_for
    from wiki.queries.reader import Reader

    told = {}
    for problem in Problem.objects.visible_to(AnonymousUser()).select_related("product", "component").order_by("pk"):
        below = Product.objects.filter(path__startswith=f"{problem.product.path}/").order_by("pk")[:2]
        told[str(problem.pk)] = [
            _plan(plan_for(problem, Reader(product=product), now=now)) for product in (None, *below)
        ]
    return told


def _plan(plan: Any) -> list[Any]:
    made = plan.plan
    return [
        [
            [
                row.key,
                row.step.group,
                row.state.state,
                *(f"{number:.9f}" for number in (row.step.q, row.step.low, row.step.high)),
                _cents(row.step.cost),
                [_cents(row.step.price.low), _cents(row.step.price.high)],
                row.step.proven,
                row.step.confirmed,
                row.worked,
                row.total,
                sorted((tier, repr(count)) for tier, count in _counts(row.step.chance.people)),
                [getattr(row.loaded.evidence, name) for name in ("reports", "harm", "tried", "worked", "failed")],
            ]
            for row in plan.rows
        ],
        {name: _cents(value) for name, value in _fields(made.money).items()},
    ]


def _counts(people: Any) -> list[tuple[str, list[Any]]]:
    names = ("worked", "partly", "failed", "worse", "came_back", "up", "down")
    return [
        (tier, [*(getattr(tally, name) for name in names), round(tally.successes, 6)]) for tier, tally in people.items()
    ]


def _fields(money: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(money)


def _cents(amount: Any) -> Any:
    return f"{amount:.2f}" if isinstance(amount, int | float) and not isinstance(amount, bool) else amount
