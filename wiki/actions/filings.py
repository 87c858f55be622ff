"""Acts of triage: file unassigned sightings under a problem, make one of them, and take a filing back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.queries.standing import stake_of
from products.models import Change
from wiki.actions.drafts import ProblemDraft
from wiki.actions.limits import check_posting
from wiki.actions.locking import lock_present
from wiki.actions.problems import ask_problem
from wiki.actions.series import settle_series
from wiki.errors import FilingUndone, NotAllowed, NothingToFile, PostGone, TooManyAtOnce
from wiki.models import Filing, Problem, Sighting
from wiki.permissions import is_moderator
from wiki.queries.series import cells_of

MOST_AT_ONCE = 200


@transaction.atomic
def file_sightings(
    *, sightings: Iterable[int], problem: Problem, actor: User, now: datetime.datetime, made_problem: bool = False
) -> Filing:
    """File unassigned sightings, by their ids, under a problem.

    Those that somebody filed meanwhile stay where they are, and so do second ones of a member or an owned product that
    the problem counts already. Raises `NothingToFile` where none is left, `NotAllowed` where one is about products of
    another category, `TooManyAtOnce`, `PostGone`, and the refusals of posting.
    """
    wanted = sorted(set(sightings))
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyAtOnce(f"{MOST_AT_ONCE} sightings are the most at once; these are {len(wanted)}.")
    problem = lock_present(problem)
    if problem.duplicate_of_id is not None:
        raise PostGone
    # The problem made from sightings has paid for its pace already.
    if not made_problem:
        check_posting(actor=actor, kind="filing", now=now, text="", product=problem.product)
    rows = list(
        Sighting.objects.select_for_update(of=("self",))
        .filter(pk__in=wanted, problem__isnull=True)
        .select_related("product")
        .order_by("pk")
    )
    if any(row.product.tree_id != problem.product.tree_id for row in rows):
        raise NotAllowed("This problem is about other products.")
    filed = _countable(problem, rows)
    if not filed:
        raise NothingToFile
    guessed = {row.pk: row.component_id for row in rows if row.component_suggested and row.pk in set(filed)}
    Sighting.objects.filter(pk__in=filed).update(problem=problem)
    # Whoever files says what the report is about: the classifier's suggestion ends here.
    Sighting.objects.filter(pk__in=guessed).update(component_suggested=False)
    if problem.component_id is not None:
        moved = Sighting.objects.filter(pk__in=guessed)
        before = cells_of(moved)
        moved.update(component=problem.component_id)
        settle_series(cells=before | cells_of(moved))
    Problem.objects.filter(pk=problem.pk).update(sighting_count=F("sighting_count") + len(filed))
    filing = Filing.objects.create(
        problem=problem,
        number=len(filed),
        member=actor,
        suggested=guessed,
        made_problem=made_problem,
        created_at=now,
    )
    filing.sightings.set(filed)
    Change.objects.create(kind=Change.Kind.PROBLEM, object_id=problem.pk)
    return filing


@transaction.atomic
def ask_problem_from(*, sightings: Iterable[int], draft: ProblemDraft, actor: User, now: datetime.datetime) -> Filing:
    """Describe a new problem and file these sightings under it: both or neither."""
    problem = ask_problem(draft=draft, actor=actor, now=now)
    return file_sightings(sightings=sightings, problem=problem, actor=actor, now=now, made_problem=True)


@transaction.atomic
def undo_filing(*, filing: Filing, actor: User, now: datetime.datetime) -> Filing:
    """Take a filing back: its sightings are unassigned again, the act stays recorded; a problem made by it stays.

    Open to who filed and to moderators. Raises `NotAllowed` or `FilingUndone`.
    """
    filing = Filing.objects.select_for_update(of=("self",)).select_related("problem__product").get(pk=filing.pk)
    product = filing.problem.product
    may_undo = is_moderator(actor, product) and stake_of(actor, product) is None
    if filing.member_id != actor.pk and not may_undo:
        raise NotAllowed("Only the member who filed these sightings, or a moderator, takes that back.")
    if filing.undone_at is not None:
        raise FilingUndone
    freed = Sighting.objects.filter(pk__in=filing.sightings.values("pk"), problem=filing.problem).update(problem=None)
    suggested = Sighting.objects.filter(pk__in=[int(pk) for pk in filing.suggested])
    before = cells_of(suggested)
    for component in set(filing.suggested.values()):
        again = [int(pk) for pk, of in filing.suggested.items() if of == component]
        Sighting.objects.filter(pk__in=again, problem=None).update(component=component, component_suggested=True)
    settle_series(cells=before | cells_of(suggested))
    Problem.objects.filter(pk=filing.problem_id).update(sighting_count=F("sighting_count") - freed)
    filing.sightings.clear()
    filing.undone_at = now
    filing.undone_by = actor
    filing.save(update_fields=["undone_at", "undone_by"])
    Change.objects.create(kind=Change.Kind.PROBLEM, object_id=filing.problem_id)
    return filing


def _countable(problem: Problem, rows: Iterable[Sighting]) -> list[int]:
    """The ids of those that the problem may count: once per owned product, and once per member without one."""
    counted = Sighting.objects.filter(problem=problem, member__isnull=False)
    taken: set[tuple[int | None, int | None]] = {
        (member, item) for member, item in counted.values_list("member", "owned_product")
    }
    items = {item for _, item in taken if item is not None}
    filed = []
    for row in rows:
        who = (row.member_id, row.owned_product_id)
        if (row.owned_product_id is not None and row.owned_product_id in items) or (
            row.member_id is not None and row.owned_product_id is None and who in taken
        ):
            continue
        taken.add(who)
        if row.owned_product_id is not None:
            items.add(row.owned_product_id)
        filed.append(row.pk)
    return filed
