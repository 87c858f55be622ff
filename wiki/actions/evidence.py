"""Keep the evidence store equal to the ledger: what a person reports and votes is replaced in one place.

Every act that changes an outcome or a vote ends here, in its own transaction. The rows of a remedy are locked last,
after posts and people, in the order of their ids.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Membership, Organisation
from accounts.queries.community_rules import load
from products.actions.change_feed import tell_changes
from products.database import insert_many, tree_stands, update_many
from products.models import Change
from wiki.models import Contribution, Evidence, Fix, NodeEvidence, Outcome, Problem, Remedy, Vote
from wiki.queries.evidence import (
    NODE_FIELDS,
    PEOPLE_FIELDS,
    ancestors_of,
    half_life_of,
    people_in,
    piece_from,
    prices_from,
    remedies_of,
    rows_of,
    sums_from,
    values_of,
)
from wiki.queries.ledger import contribution_of, entries_of, person_of
from wiki.rules.judgement import Judgement
from wiki.rules.money import ExchangeRates
from wiki.rules.sums import Sums, ripe_on

LANDMARK_DAYS = 365
_FIELDS = [field for field in Contribution._meta.concrete_fields if not field.primary_key]
_STORED = [field.attname for field in _FIELDS]
_SAID = [name for name in _STORED if name not in ("outcome_id", "vote_id", "carried_votes_id")]


@transaction.atomic
def settle_outcome_evidence(*, outcome: Outcome, now: datetime.datetime) -> None:
    """Make the sums agree with an outcome after any change of it, on every remedy that it was or is about."""
    about = {outcome.remedy_id, *outcome.also_remedies.values_list("pk", flat=True)}
    about |= set(Contribution.objects.filter(outcome=outcome).values_list("remedy", flat=True))
    for remedy in sorted(about):
        settle_evidence(person=person_of(outcome), remedy=remedy, now=now)


@transaction.atomic
def settle_vote_evidence(*, vote: Vote, now: datetime.datetime, leaving: bool = False) -> None:
    """Make the sums agree with a vote on a fix; `leaving` for one that is about to be deleted."""
    if vote.fix_id is None:
        return
    for remedy in Remedy.objects.filter(fix=vote.fix_id).values_list("pk", flat=True):
        settle_evidence(person=f"member:{vote.voter_id}", remedy=remedy, now=now, leaving=vote if leaving else None)


@transaction.atomic
def settle_person_evidence(*, person: str, now: datetime.datetime) -> int:
    """Apply all reports and votes of a person again, after their trust or employer changed; on how many remedies.

    `person` is `member:12`, or `mail:` with the digest of an address.
    """
    remedies = remedies_of(person)
    for remedy in remedies:
        settle_evidence(person=person, remedy=remedy, now=now)
    return len(remedies)


def settle_staff_evidence(*, now: datetime.datetime) -> None:
    """Apply the reports of everybody again who speaks or spoke for a manufacturer: they weigh nothing while they do.

    For every night, since a place in an organisation may end by itself.
    """
    staff = Membership.objects.filter(organisation__kind=Organisation.Kind.MANUFACTURER)
    for member in sorted(set(staff.values_list("member", flat=True))):
        settle_person_evidence(person=f"member:{member}", now=now)


@transaction.atomic
def settle_evidence(*, person: str, remedy: int, now: datetime.datetime, leaving: Vote | None = None) -> None:
    """Put what a person says of a remedy now in the place of what was added for them before: O(depth).

    Nothing is written where nothing changed.
    """
    locked = _locked(remedy)
    rules = load(Judgement)
    entries = entries_of([remedy], rules=rules, exchange=_exchange(), today=now.date(), person=person, leaving=leaving)
    due = {_key(one): one for one in map(contribution_of, entries)}
    held = {
        _key(one): one
        for one in Contribution.objects.filter(remedy=remedy, person=person).select_related("product").order_by("pk")
    }
    gone = [one for key, one in held.items() if key not in due or not _same(one, due[key])]
    new = [one for key, one in due.items() if key not in held or not _same(held[key], one)]
    if gone or new:
        books = _Books(locked, [*gone, *new], rules, now.date())
        before, after = people_in(held.values()), people_in(due.values())
        books.count({name: after[name] - before[name] for name in PEOPLE_FIELDS})
        books.write(gone=gone, new=new)
        _tell(locked)


@transaction.atomic
def rebuild_remedy_evidence(*, remedy: int, now: datetime.datetime) -> None:
    """Make the sums of one remedy anew from its ledger, with the half-life that is due."""
    locked = _locked(remedy)
    for model in (NodeEvidence, Contribution, Evidence):
        model.objects.filter(remedy=remedy).delete()
    rules = load(Judgement)
    entries = entries_of([remedy], rules=rules, exchange=_exchange(), today=now.date())
    due = [contribution_of(entry) for entry in entries]
    if due:
        books = _Books(locked, due, rules, now.date())
        books.count(people_in(due))
        books.write(gone=[], new=due)
    _tell(locked)


@transaction.atomic
def settle_fix_evidence(*, fix: Fix, now: datetime.datetime) -> None:
    """Make the sums of a fix anew where reports on it age otherwise than before: its component is software now."""
    row = Evidence.objects.filter(remedy__fix=fix).select_related("remedy__fix__component").first()
    if row is not None and row.half_life != half_life_of(row.remedy, load(Judgement)):
        rebuild_remedy_evidence(remedy=row.remedy_id, now=now)


@transaction.atomic
def settle_problem_evidence(*, problem: Problem, now: datetime.datetime) -> None:
    """Make the sums of a problem's fixes anew after it was moved to another product, where its votes stand now."""
    for remedy in Evidence.objects.filter(remedy__fix__problem=problem).order_by("pk").values_list("pk", flat=True):
        rebuild_remedy_evidence(remedy=remedy, now=now)


@transaction.atomic
def move_evidence(*, nodes: Sequence[int], left: Sequence[int], joined: Sequence[int]) -> None:
    """Follow products that were moved in the tree: their sums leave some ancestors and join others."""
    rows = NodeEvidence.objects.filter(product__in=nodes)
    for remedy in sorted(set(rows.values_list("remedy", flat=True))):
        _tell(_locked(remedy))
        moved: dict[str, Sums] = defaultdict(Sums)
        for tier, *values in rows.filter(remedy=remedy).values_list("tier", *NODE_FIELDS):
            moved[tier].add(sums_from(values))
        around = NodeSums(remedy, {*left, *joined}, set(moved))
        for tier, sums in moved.items():
            for node in left:
                around.at(node, tier).add(sums, -1)
            for node in joined:
                around.at(node, tier).add(sums)
        around.write()


class NodeSums:
    """The stored sums of a remedy at some products, to be changed and written back; the remedy is locked."""

    def __init__(self, remedy: int, products: Collection[int], tiers: Collection[str]) -> None:
        self.remedy = remedy
        rows = NodeEvidence.objects.filter(remedy=remedy, product__in=products, tier__in=tiers)
        self.ids: dict[tuple[int, str], int] = {}
        self.sums: dict[tuple[int, str], Sums] = {}
        for pk, product, tier, *values in rows.values_list("pk", "product", "tier", *NODE_FIELDS):
            self.ids[product, tier] = pk
            self.sums[product, tier] = sums_from(values)

    def at(self, product: int, tier: str) -> Sums:
        """The sums at one product, empty where there were none."""
        return self.sums.setdefault((product, tier), Sums())

    def write(self) -> None:
        """Store them; where nobody is counted any more the row goes, and the rounding with it."""
        made, changed, empty = [], [], []
        for (product, tier), sums in self.sums.items():
            pk = self.ids.get((product, tier))
            if sums.is_empty:
                empty += [pk] if pk is not None else []
            elif pk is None:
                made.append((self.remedy, product, tier, *values_of(sums)))
            else:
                changed.append((*_as_stored(values_of(sums)), pk))
        insert_many(NodeEvidence, ("remedy", "product", "tier", *NODE_FIELDS), made)
        update_many(NodeEvidence, NODE_FIELDS, changed)
        if empty:
            NodeEvidence.objects.filter(pk__in=empty).delete()


class _Books:
    """The rows of one remedy that some contributions touch, read under its lock, changed and written back."""

    def __init__(
        self, remedy: Remedy, contributions: Sequence[Contribution], rules: Judgement, today: datetime.date
    ) -> None:
        tree_stands()
        self.ways = ancestors_of({one.product_id: one.product.path for one in contributions})
        ripe = ripe_on(today, rules)
        found = Evidence.objects.filter(remedy=remedy.pk).first()
        self.is_new = found is None
        self.row = found or Evidence(
            remedy=remedy, landmark=today, half_life=half_life_of(remedy, rules), ripe_until=ripe
        )
        self.row.ripe_until = max(self.row.ripe_until, ripe)
        if (today - self.row.landmark).days > LANDMARK_DAYS:
            _move_landmark(self.row, today)
        nodes = {node for way in self.ways.values() for node in way}
        self.nodes = NodeSums(remedy.pk, nodes, {one.tier for one in contributions})
        self.prices = prices_from(self.row.prices)
        self.prices.ripen(self.row.ripe_until)
        for sums in self.nodes.sums.values():
            sums.ripen(self.row.ripe_until)

    def count(self, change: dict[str, int]) -> None:
        """Add to the people that are counted once each."""
        for name, number in change.items():
            setattr(self.row, name, getattr(self.row, name) + number)

    def write(self, *, gone: Sequence[Contribution], new: Sequence[Contribution]) -> None:
        """Take some contributions out, put others in, and store all that changed."""
        for sign, contributions in ((-1, gone), (1, new)):
            for one in contributions:
                self._put(one, sign)
        if gone:
            Contribution.objects.filter(pk__in=[one.pk for one in gone]).delete()
        insert_many(
            Contribution, [field.name for field in _FIELDS], ([getattr(one, name) for name in _STORED] for one in new)
        )
        self.nodes.write()
        self._write_row()

    def _put(self, one: Contribution, sign: int) -> None:
        if one.outcome_id is not None:
            self.row.reports += sign
            self.row.harm += sign * one.harm
        if not one.counts:
            return
        piece = piece_from(one, landmark=self.row.landmark, half_life=self.row.half_life)
        for node in self.ways[one.product_id]:
            self.nodes.at(node, one.tier).put(piece, ripe_until=self.row.ripe_until, sign=sign)
        self.prices.put(piece, ripe_until=self.row.ripe_until, sign=sign)

    def _write_row(self) -> None:
        left = Contribution.objects.filter(remedy=self.row.remedy_id)
        if not self.row.reports and not left.exists():
            Evidence.objects.filter(pk=self.row.pk).delete()
            return
        tried = left.filter(helped__isnull=False)
        self.row.last_on = tried.order_by("-on").values_list("on", flat=True).first()
        self.row.prices = rows_of(self.prices)
        self.row.save(force_insert=self.is_new, force_update=not self.is_new)


def _as_stored(values: list[Any]) -> list[Any]:
    """The values of `NODE_FIELDS` as a statement takes them; the last one is JSON."""
    field = NodeEvidence._meta.get_field("provisional")
    return [*values[:-1], field.get_db_prep_save(values[-1], transaction.get_connection())]


def _move_landmark(row: Evidence, today: datetime.date) -> None:
    """Store the sums of a remedy from a later day on, so that they stay small; nothing that is read changes."""
    factor = 2.0 ** (-(today - row.landmark).days / row.half_life)
    changed = []
    for pk, *values in NodeEvidence.objects.filter(remedy=row.remedy_id).values_list("pk", *NODE_FIELDS):
        sums = sums_from(values)
        sums.scale(factor)
        changed.append((*_as_stored(values_of(sums)), pk))
    update_many(NodeEvidence, NODE_FIELDS, changed)
    prices = prices_from(row.prices)
    prices.scale(factor)
    row.prices = rows_of(prices)
    row.landmark = today


def _locked(remedy: int) -> Remedy:
    """The remedy, locked against other writers of its sums, with what says how fast reports on it age."""
    return (
        Remedy.objects.select_for_update(of=("self",), no_key=True)
        .select_related("fix__component", "diagnostic")
        .get(pk=remedy)
    )


def _tell(remedy: Remedy) -> None:
    """Say in the change feed that what is known of a remedy changed: a search orders by it."""
    kind = Change.Kind.FIX if remedy.fix_id is not None else Change.Kind.OFFICIAL
    tell_changes(kind, [pk for pk in (remedy.fix_id, remedy.diagnostic_id) if pk is not None])


def _exchange() -> Any:
    """Sums keep the currency in which a price was paid, so any will do."""
    return ExchangeRates().exchange("USD")


def _key(one: Contribution) -> tuple[int | None, int | None, int | None]:
    return one.outcome_id, one.vote_id, one.carried_votes_id


def _same(held: Contribution, due: Contribution) -> bool:
    return all(getattr(held, name) == getattr(due, name) for name in _SAID)
