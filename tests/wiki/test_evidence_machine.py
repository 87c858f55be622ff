"""Whatever people do one after another, the stored evidence equals a replay of the ledger by the pure rules."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.errors import Refusal
from accounts.models import User
from products.actions.tree import move_product
from products.models import Product
from tests.builders.accounts import NOW, make_moderator, make_owned_product, make_professional
from tests.builders.products import a_model, a_year, make_diagnostic, make_product
from tests.builders.wiki import make_fix, make_link, make_problem, make_regular, outcome_draft
from tests.wiki.replay import assert_equal_to_replay, differing
from wiki.actions.evidence import settle_person_evidence
from wiki.actions.outcomes import edit_outcome, judge_outcome, mark_came_back, record_outcome, withdraw_outcome
from wiki.actions.votes import cast_vote, retract_vote
from wiki.models import Outcome, Remedy
from wiki.queries.plan import plan_for
from wiki.queries.reader import Reader

people = st.integers(0, 3)
places = st.integers(0, 2)
results = st.sampled_from(["worked", "partly", "failed", "worse", "not_tried"])
prices = st.sampled_from([None, Decimal(0), Decimal(55), Decimal("69.90"), Decimal(1640)])
currencies = st.sampled_from(["USD", "EUR"])


class EvidenceMachine(RuleBasedStateMachine):
    """Three owners and a workshop vote, report, change and take back on two fixes and an official remedy."""

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        year = a_year()
        self.products = [
            year,
            *(make_product(parent=year, kind="variant", name=name) for name in ("4.4 V8", "3.0 Td6")),
        ]
        for product in self.products:
            product.refresh_from_db()
        self.elsewhere = [year, make_product(parent=a_model(), kind="year", name="2005")]
        self.problem = make_problem(product=year)
        self.fixes = [
            make_fix(problem=self.problem, title=title) for title in ("Replace the switch", "Clean the strap")
        ]
        make_link(problem=self.problem, diagnostic=make_diagnostic(products=[year]))
        self.remedies = list(Remedy.objects.order_by("pk"))
        self.members: list[User] = [*(make_regular() for _ in range(3)), make_professional(product=year)]
        self.members[3].reputation = 300
        self.members[3].save()
        self.owned = {
            (who, place): make_owned_product(member=self.members[who], product=self.products[place])
            for who in (0, 1)
            for place in (1, 2)
        }
        self.moderator = make_moderator()

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def outcomes(self) -> list[Outcome]:
        return list(Outcome.objects.filter(state="published").order_by("pk"))

    def attempt(self, act) -> None:
        """Do it, or be refused; both leave the evidence as the ledger has it."""
        try:
            with transaction.atomic():
                act()
        except Refusal:
            pass

    def draft(self, who: int, place: int, owned: bool, job: int, other: int | None, **said):
        mine = self.owned.get((who, place)) if owned else None
        return outcome_draft(
            product=None if mine else self.products[place],
            owned_product=mine,
            job_number=str(job) if who == 3 else "",
            also_remedies=() if other is None else (self.remedies[other],),
            happened_on=self.now.date() - datetime.timedelta(days=said.pop("age")),
            **said,
        )

    said = {
        "place": places,
        "owned": st.booleans(),
        "job": st.integers(1, 2),
        "other": st.one_of(st.none(), st.integers(0, 2)),
        "result": results,
        "money": prices,
        "currency": currencies,
        "hours": st.sampled_from([None, Decimal("0.25"), Decimal(2)]),
        "age": st.sampled_from([0, 3, 400]),
        "harm": st.booleans(),
    }

    @rule(who=people, fix=st.integers(0, 1), value=st.sampled_from([1, -1]))
    def vote(self, who, fix, value):
        reason = "unclear" if value < 0 else ""
        self.attempt(
            lambda: cast_vote(post=self.fixes[fix], value=value, reason=reason, actor=self.members[who], now=self.now)
        )

    @rule(who=people, fix=st.integers(0, 1))
    def retract(self, who, fix):
        self.attempt(lambda: retract_vote(post=self.fixes[fix], actor=self.members[who], now=self.now))

    @rule(who=people, remedy=st.integers(0, 2), **said)
    def report(self, who, remedy, **said):
        draft = self.draft(who, **said)
        self.attempt(
            lambda: record_outcome(remedy=self.remedies[remedy], draft=draft, actor=self.members[who], now=self.now)
        )

    @precondition(lambda self: self.outcomes())
    @rule(data=st.data(), **said)
    def edit(self, data, **said):
        outcome = data.draw(st.sampled_from(self.outcomes()))
        draft = self.draft(self.members.index(outcome.member), **said)
        self.attempt(
            lambda: edit_outcome(
                outcome=outcome, draft=draft, base_version=outcome.version, actor=outcome.member, now=self.now
            )
        )

    @precondition(lambda self: self.outcomes())
    @rule(data=st.data())
    def relapse(self, data):
        outcome = data.draw(st.sampled_from(self.outcomes()))
        self.attempt(lambda: mark_came_back(outcome=outcome, on=self.now.date(), actor=outcome.member, now=self.now))

    @precondition(lambda self: self.outcomes())
    @rule(data=st.data(), tier=st.sampled_from(["owner", "professional", "unverified"]), seen=st.booleans())
    def verify(self, data, tier, seen):
        outcome = data.draw(st.sampled_from(self.outcomes()))
        self.attempt(
            lambda: judge_outcome(outcome=outcome, tier=tier, has_evidence=seen, actor=self.moderator, now=self.now)
        )

    @precondition(lambda self: self.outcomes())
    @rule(data=st.data())
    def withdraw(self, data):
        outcome = data.draw(st.sampled_from(self.outcomes()))
        self.attempt(lambda: withdraw_outcome(outcome=outcome, actor=outcome.member, now=self.now))

    @rule(who=people, points=st.sampled_from([-3, 0, 3]))
    def trust(self, who, points):
        User.objects.filter(pk=self.members[who].pk).update(calibration=points)
        settle_person_evidence(person=f"member:{self.members[who].pk}", now=self.now)

    @rule(days=st.sampled_from([1, 29, 400]))
    def wait(self, days):
        self.now += datetime.timedelta(days=days)

    @rule(variant=st.integers(1, 2), year=st.integers(0, 1))
    def move(self, variant, year):
        product = Product.objects.get(pk=self.products[variant].pk)
        move_product(product=product, parent=Product.objects.get(pk=self.elsewhere[year].pk))
        for one in (*self.products, self.problem.product):
            one.refresh_from_db()
        for owned in self.owned.values():
            owned.refresh_from_db()

    @invariant()
    def the_store_equals_the_replay(self) -> None:
        if not hasattr(self, "transaction"):
            return
        assert differing(now=self.now) == {}
        for product in self.products:
            plan = plan_for(self.problem, Reader(product=product), now=self.now)
            assert_equal_to_replay(plan, now=self.now)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_store_equals_the_replay_after_every_step() -> None:
    run_state_machine_as_test(
        EvidenceMachine,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
