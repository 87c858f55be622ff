"""Acts on sightings: "I have this too", "nobody described it yet", and taking that back."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import OwnedProduct, User
from products.models import Component, Product
from wiki.actions.limits import check_posting, check_text
from wiki.actions.locking import lock_present
from wiki.actions.series import count_sighting, settle_series
from wiki.classifier.suggestion import suggested_component
from wiki.errors import AlreadySeen, NotAllowed, NotYourProduct
from wiki.models import Problem, Sighting
from wiki.queries.series import cells_of
from wiki.rules.severity import Flags, severity_of


@transaction.atomic
def report_sighting(
    *,
    problem: Problem,
    actor: User,
    now: datetime.datetime,
    owned_product: OwnedProduct | None = None,
    product: Product | None = None,
    seen_on: datetime.date | None = None,
    usage: int | None = None,
    usage_unit: str = "",
    text: str = "",
    harm: bool = False,
    is_demonstration: bool = False,
) -> Sighting:
    """Say that one has the problem too, on an owned product, another product, or the problem's own.

    `harm` is the box that was ticked; a text that tells of smoke, fire or injury counts as if it were.
    Raises `AlreadySeen`, `NotYourProduct`, `NotAllowed` for a product that is no relative of the problem's.
    """
    problem = lock_present(problem)
    if owned_product is not None and owned_product.member_id != actor.pk:
        raise NotYourProduct
    check_posting(actor=actor, kind="sighting", now=now, text=text, product=problem.product)
    check_text(text)
    where = owned_product.product if owned_product is not None else product or problem.product
    severity = severity_of(text, Flags(smoke=harm))
    if where.tree_id != problem.product.tree_id:
        raise NotAllowed("This problem is about other products.")
    try:
        with transaction.atomic():
            sighting = Sighting.objects.create(
                problem=problem,
                product=where,
                component=problem.component,
                member=actor,
                owned_product=owned_product,
                seen_on=seen_on or now.date(),
                received_on=now.date(),
                usage=usage if usage is not None or owned_product is None else owned_product.usage,
                usage_unit=usage_unit or (owned_product.usage_unit if owned_product else OwnedProduct.Unit.MILES),
                text=text.strip(),
                harm=severity.harm,
                severity=severity.level,
                created_at=now,
                is_demonstration=is_demonstration,
            )
    except IntegrityError as error:
        raise AlreadySeen from error
    Problem.objects.filter(pk=problem.pk).update(sighting_count=F("sighting_count") + 1)
    count_sighting(sighting=sighting)
    return sighting


@transaction.atomic
def report_unassigned(
    *,
    product: Product,
    actor: User,
    now: datetime.datetime,
    text: str,
    component: Component | None = None,
    owned_product: OwnedProduct | None = None,
) -> Sighting:
    """Say what one's product does where no problem describes it yet; others file it under one.

    Without a component the one that the words suggest is noted as a suggestion.
    Raises `NotYourProduct`, and the refusals of posting a sighting.
    """
    if owned_product is not None and owned_product.member_id != actor.pk:
        raise NotYourProduct
    check_posting(actor=actor, kind="sighting", now=now, text=text, product=product)
    check_text(text)
    severity = severity_of(text)
    where = owned_product.product if owned_product is not None else product
    slug = None if component is not None else suggested_component(text, where.path)
    suggested = None if slug is None else Component.objects.filter(slug=slug).first()
    sighting = Sighting.objects.create(
        product=where,
        component=component or suggested,
        component_suggested=suggested is not None,
        member=actor,
        owned_product=owned_product,
        seen_on=now.date(),
        received_on=now.date(),
        usage=owned_product.usage if owned_product is not None else None,
        usage_unit=owned_product.usage_unit if owned_product is not None else OwnedProduct.Unit.MILES,
        text=text.strip(),
        harm=severity.harm,
        severity=severity.level,
        created_at=now,
    )
    count_sighting(sighting=sighting)
    return sighting


@transaction.atomic
def withdraw_sighting(*, sighting: Sighting, actor: User, now: datetime.datetime) -> None:
    """Take one's sighting back; nothing of it stays."""
    if sighting.member_id != actor.pk:
        raise NotAllowed("Only the person who saw it takes this back.")
    cells = cells_of(Sighting.objects.filter(pk=sighting.pk))
    gone, _ = Sighting.objects.filter(pk=sighting.pk).delete()
    settle_series(cells=cells)
    if gone and sighting.problem_id is not None:
        Problem.objects.filter(pk=sighting.problem_id).update(sighting_count=F("sighting_count") - 1)
