"""Load the demonstration data in one transaction, in the order in which it would have happened."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from django.db import transaction

from accounts.actions.garage import OwnedProductDetails, add_owned_product
from accounts.actions.members import add_member, give_role
from accounts.actions.organisations import add_organisation, join_organisation, verify_organisation
from accounts.models import Organisation, OwnedProduct, User
from products.actions.fault_codes import add_fault_code
from products.actions.load_components import load_components
from products.actions.official_diagnostics import publish_diagnostic
from products.actions.tree import add_product
from products.models import Component, FaultCode, Product
from products.rules.codes import parse_codes
from products.seed import seed_components
from wiki.actions.comments import write_comment
from wiki.actions.diagnosis import add_test
from wiki.actions.diagnostics import link_diagnostic
from wiki.actions.drafts import FixDraft, OutcomeDraft, PartDraft, ProblemDraft
from wiki.actions.fixes import propose_fix
from wiki.actions.outcomes import judge_outcome, mark_came_back, record_outcome
from wiki.actions.problems import ask_problem
from wiki.actions.remedies import remedy_for
from wiki.actions.votes import cast_vote
from wiki.demo.accounts import PASSWORD
from wiki.demo.diagnosis import draft_of, readings_named
from wiki.demo.sightings import see
from wiki.demo.sources import Table, catalogues, people
from wiki.models import Fix, Outcome, Problem, Remedy

FOUNDED_DAYS_AGO = 900
SOURCE = "Demonstration data"
NOT_OWNERS = {"owner", "professional", "manufacturer", "moderator", "aldous", "hollis", "brightwater", "spoke"}


class _Loader:
    """What has been loaded so far, by the names that the files use."""

    def __init__(self, now: datetime.datetime) -> None:
        self.now = now
        self.minute = 0
        self.members: dict[str, User] = {}
        self.owned: dict[tuple[str, str], OwnedProduct] = {}
        self.later: list[tuple[int, int, Callable[[], object]]] = []
        self.votes: list[tuple[Fix, int]] = []

    def at(self, days_ago: int) -> datetime.datetime:
        """A moment so many days before the load, a minute after the one asked for before it."""
        self.minute = (self.minute + 1) % (20 * 60)
        return self.now - datetime.timedelta(days=days_ago + 1) + datetime.timedelta(minutes=self.minute)

    def plan(self, days_ago: int, act: Callable[[], object]) -> None:
        """Do something when its day comes."""
        self.later.append((-days_ago, len(self.later), act))

    # ------------------------------------------------------------ who takes part

    def take_in(self, table: Table) -> None:
        """Members, then organisations with their members; the moderator verifies them."""
        founded = self.at(FOUNDED_DAYS_AGO)
        for row in table["people"]:
            self.members[row["name"]] = add_member(
                username=row["name"],
                email=row.get("mail", f"{row['name'].replace('_', '-')}@members.demo.example"),
                password=PASSWORD if row.get("sign_in") else None,
                about=row.get("about", ""),
                now=founded,
                is_demonstration=True,
            )
        moderator = self.members["moderator"]
        give_role(member=moderator, name="moderator", product=None, actor=None, now=founded)
        organisations: dict[str, Organisation] = {}
        for row in table["organisations"]:
            organisations[row["slug"]] = organisation = add_organisation(
                kind=row["kind"],
                name=row["name"],
                slug=row["slug"],
                place=row.get("place", ""),
                scope=[_product(path) for path in row["scope"]],
                is_demonstration=True,
            )
            verify_organisation(organisation=organisation, actor=moderator, now=founded)
        for row in table["people"]:
            member = self.members[row["name"]]
            if "organisation" in row:
                join_organisation(
                    organisation=organisations[row["organisation"]],
                    member=member,
                    now=founded,
                    is_manager=row.get("manager", False),
                )
            for item in row.get("owns", []):
                self.own(row["name"], item["product"], nickname=item["nickname"], usage=item["usage"], default=True)

    def own(
        self, name: str, path: str, *, nickname: str = "", usage: int | None = None, default: bool = False
    ) -> OwnedProduct:
        """The member's own item of a product, its possession shown to the moderator."""
        if (name, path) not in self.owned:
            item = add_owned_product(
                member=self.members[name],
                details=OwnedProductDetails(product=_product(path), nickname=nickname, usage=usage),
                now=self.at(FOUNDED_DAYS_AGO - 1),
                make_default=default,
            )
            item.possession_shown_at = self.at(FOUNDED_DAYS_AGO - 2)
            item.save(update_fields=["possession_shown_at"])
            self.owned[name, path] = item
        return self.owned[name, path]

    # ------------------------------------------------------------ what people know

    def tell(self, row: Table) -> None:
        """A problem with its diagnostics, fixes, outcomes, comments and sightings, each on its day."""
        product = _product(row["product"])

        def ask() -> None:
            problem = ask_problem(
                draft=ProblemDraft(
                    product=product,
                    component=_component(row["component"]),
                    title=row["title"],
                    symptom=row["symptom"].strip(),
                    code_text=row.get("codes", ""),
                ),
                actor=self.members[row["author"]],
                now=self.at(row["ago"]),
                is_demonstration=True,
            )
            for official in row.get("official", []):
                self._publish(problem, official)
            for fix in row.get("fixes", []):
                self.plan(fix["ago"], partial(self._propose, problem, fix))
            for test in row.get("tests", []):
                self.plan(test["ago"], partial(self._test, problem, test))
            for comment in row.get("comments", []):
                self.plan(comment["ago"], partial(self._comment, problem, comment))
            see(
                problem=problem,
                years=row.get("sightings", {}),
                lately=row.get("lately", {}),
                source=SOURCE,
                now=self.now,
            )

        self.plan(row["ago"], ask)

    def _publish(self, problem: Problem, row: Table) -> None:
        make = problem.product.get_ancestors(include_self=True).get(kind=Product.Level.MAKE)
        codes = FaultCode.objects.filter(base__in=row.get("codes", []), make=make)
        diagnostic = publish_diagnostic(
            kind=row["kind"],
            publisher=row["publisher"],
            number=row["number"],
            title=row["title"],
            products=[problem.product],
            components=[_component(slug) for slug in row.get("components", [])],
            codes=codes,
            is_demonstration=True,
            situation=row.get("situation", ""),
            cause=row.get("cause", ""),
            action=row.get("action", ""),
            consequence=row.get("consequence", ""),
            warning=row.get("warning", ""),
            issued_on=row["issued"],
            remedy_title=row["remedy"],
            remedy_cost=Decimal(str(row["cost"])) if "cost" in row else None,
            remedy_hours=Decimal(str(row["hours"])) or None,
            source=SOURCE,
        )
        link_diagnostic(problem=problem, diagnostic=diagnostic, actor=self.members["moderator"], now=self.now)
        self._expect_outcomes(remedy_for(diagnostic=diagnostic), _all_outcomes(row, sorted(self.members), problem))

    def _propose(self, problem: Problem, row: Table) -> None:
        fix = propose_fix(
            problem=problem,
            draft=FixDraft(
                title=row["title"],
                steps=row["steps"].strip(),
                cost=Decimal(str(row["cost"])),
                hours=Decimal(str(row["hours"])),
                component=_component(row["component"]),
                summary=row.get("summary", ""),
                cause=row.get("cause", ""),
                first_check=row.get("first_check", "").strip(),
                tools=row.get("tools", ""),
                difficulty=row["difficulty"],
                safety_class=row["safety"],
                parts=tuple(
                    PartDraft(
                        name=part["name"],
                        number=part.get("number", ""),
                        replaced_by=part.get("replaced_by", ""),
                        price=Decimal(str(part["price"])) if "price" in part else None,
                    )
                    for part in row.get("parts", [])
                ),
            ),
            actor=self.members[row["author"]],
            now=self.at(row["ago"]),
            is_demonstration=True,
        )
        self._expect_outcomes(Remedy.objects.get(fix=fix), _all_outcomes(row, sorted(self.members), problem))
        self.votes.append((fix, row.get("votes_up", 0)))

    def _expect_outcomes(self, remedy: Remedy, rows: list[Table]) -> None:
        for row in rows:
            self.plan(row["ago"], partial(self._report, remedy, row))

    def _report(self, remedy: Remedy, row: Table) -> None:
        by, when = row["by"], self.at(row["ago"])
        job = row.get("job", "")
        owned = None if job else self.own(by, row["product"])
        outcome = record_outcome(
            remedy=remedy,
            draft=OutcomeDraft(
                result=row["result"],
                product=_product(row["product"]),
                owned_product=owned,
                happened_on=when.date(),
                money=Decimal(str(row["money"])) if "money" in row else None,
                hours=Decimal(str(row["hours"])) if "hours" in row else None,
                done_by=row.get("done_by", Outcome.Way.MYSELF),
                job_number=job,
                cause_found=row.get("cause_found", ""),
                proof=row.get("proof", ""),
                procedure_followed=row.get("procedure_followed"),
                part_number=row.get("part_number", ""),
                usage=row.get("usage"),
                readings=readings_named(remedy, row.get("readings", [])),
                note=row.get("note", ""),
            ),
            actor=self.members[by],
            now=when,
            is_demonstration=True,
        )
        if row.get("evidence"):
            judge_outcome(
                outcome=outcome,
                tier=outcome.tier,
                has_evidence=True,
                actor=self.members["moderator"],
                now=when + datetime.timedelta(hours=3),
            )
        if "came_back" in row:
            on = self.at(row["came_back"])
            self.plan(
                row["came_back"],
                lambda: mark_came_back(outcome=outcome, on=on.date(), actor=self.members[by], now=on),
            )

    def _test(self, problem: Problem, row: Table) -> None:
        draft = draft_of(row, problem)
        actor, now = self.members[row["author"]], self.at(row["ago"])
        add_test(problem=problem, draft=draft, actor=actor, now=now, is_demonstration=True)

    def _comment(self, problem: Problem, row: Table) -> None:
        write_comment(
            on=problem,
            body=row["text"],
            actor=self.members[row["by"]],
            now=self.at(row["ago"]),
            is_demonstration=True,
        )

    def happen(self) -> None:
        """Let everything planned happen in the order of its days; what happens may plan more."""
        done = 0
        while done < len(self.later):
            self.later[done:] = sorted(self.later[done:], key=lambda entry: entry[:2])
            self.later[done][2]()
            done += 1

    def vote(self) -> None:
        """Votes by members who have earned the right, within the limits of a day."""
        day = 25
        for fix, wanted in self.votes:
            for member in User.objects.filter(is_demonstration=True, reputation__gte=15).order_by("pk"):
                if wanted == 0:
                    break
                if member.pk == fix.author_id or member.username == "manufacturer":
                    continue
                cast_vote(post=fix, value=1, actor=member, now=self.at(day))
                wanted -= 1
            day = max(1, day - 1)


def _all_outcomes(row: Table, names: list[str], problem: Problem) -> list[Table]:
    """The outcomes told one by one, and the wordless ones that `also` counts, by owners not named before."""
    told: list[Table] = list(row.get("outcomes", []))
    also = row.get("also")
    if also is None:
        return told
    taken = {outcome["by"] for outcome in told} | {row.get("author", "")} | NOT_OWNERS
    free = [name for name in names if name not in taken]
    where = also.get("product", problem.product.path)
    results = ["worked"] * also.get("worked", 0) + ["failed"] * also.get("failed", 0)
    for place, (name, result) in enumerate(zip(free, results, strict=False)):
        paid = round(float(row["cost"]) * (0.9 + 0.05 * (place % 5)))
        outcome = {"by": name, "result": result, "ago": 45 + 31 * place, "money": paid, "product": where}
        if "author" in row:
            outcome["hours"] = row["hours"]
        else:
            outcome |= {"hours": 0, "done_by": also.get("done_by", "workshop"), "procedure_followed": True}
        told.append(outcome)
    return told


def _product(path: str) -> Product:
    return Product.objects.get(path=path)


def _component(slug: str) -> Component:
    return Component.objects.get(slug=slug)


def _grow(row: Table) -> None:
    """A product with everything above it; what is there already stays."""
    node: Product | None = None
    for place, step in enumerate(row["place"]):
        kind, _, name = step.partition(": ")
        found = Product.objects.filter(parent=node, name__iexact=name).first()
        last = place == len(row["place"]) - 1
        years = row.get("years", [None, None]) if last else [None, None]
        node = found or add_product(
            parent=node,
            kind=kind,
            name=name,
            year_from=years[0],
            year_to=years[1],
            aliases=row.get("aliases", []) if last else [],
            is_demonstration=True,
        )


def _name_codes(row: Table) -> None:
    make = _product(row["make"])
    parsed = parse_codes(row["code"])
    if parsed and not FaultCode.objects.filter(base=parsed[0].base, make=make, source=SOURCE).exists():
        add_fault_code(
            code=row["code"],
            description=row["description"],
            source=SOURCE,
            make=make,
            module=row.get("module", ""),
            is_demonstration=True,
        )


@transaction.atomic
def load_demonstration(*, now: datetime.datetime) -> bool:
    """Load everything, or nothing when it is there already; says whether it loaded."""
    if Problem.objects.filter(is_demonstration=True).exists():
        return False
    load_components(entries=seed_components())
    tables = catalogues()
    for table in tables:
        for row in table["products"]:
            _grow(row)
        for row in table["codes"]:
            _name_codes(row)
    loader = _Loader(now)
    loader.take_in(people())
    for table in tables:
        for row in table["problems"]:
            loader.tell(row)
    loader.happen()
    loader.vote()
    return True
