"""The row by which a fix or an official diagnostic takes part in the ranking."""

from django.db import transaction

from products.models import OfficialDiagnostic
from wiki.models import Remedy


@transaction.atomic
def remedy_for(*, diagnostic: OfficialDiagnostic) -> Remedy:
    """The remedy of an official diagnostic, made when something first points at it."""
    remedy, _ = Remedy.objects.get_or_create(diagnostic=diagnostic)
    return remedy
