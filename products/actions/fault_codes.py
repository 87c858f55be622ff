"""Writes to fault codes: what a source says that a code means, for one make or for all."""

from django.db import transaction

from products.errors import CodeTaken, NameMissing, WrongLevel
from products.models import FaultCode, ImportRun, Product
from products.rules.codes import parse_code
from products.rules.naming import tidy


@transaction.atomic
def add_fault_code(
    *,
    code: str,
    description: str,
    source: str,
    make: Product | None = None,
    module: str = "",
    is_demonstration: bool = False,
    run: ImportRun | None = None,
) -> FaultCode:
    """Record a code's meaning from one source; the code may carry suffix and status (`P0504-64 (2A)`).

    Raises CodeNotUnderstood, NameMissing, WrongLevel (a make that is none), or CodeTaken when that source has one.
    """
    parsed = parse_code(code)
    description, source = tidy(description), tidy(source)
    if not description or not source:
        raise NameMissing("A fault code needs a description and a source.")
    if make is not None and make.kind != Product.Level.MAKE:
        raise WrongLevel(f"{make.full_name} is no make.")
    module = tidy(module).upper() or parsed.module
    row = FaultCode(
        base=parsed.base,
        failure_type=parsed.failure_type,
        status=parsed.status,
        module=module[:40],
        make=make,
        description=description[:600],
        source=source[:80],
        is_demonstration=is_demonstration,
        created_by_run=run,
    )
    same = FaultCode.objects.filter(
        base=row.base, failure_type=row.failure_type, status=row.status, module=row.module, source=row.source, make=make
    )
    if same.exists():
        raise CodeTaken(f"{source} has a meaning for {row}{f' at {make.name}' if make else ''} already.")
    row.save()
    return row


@transaction.atomic
def describe_fault_code(*, fault_code: FaultCode, description: str) -> FaultCode:
    """Correct what a source says that a code means. Raises NameMissing."""
    description = tidy(description)
    if not description:
        raise NameMissing("A fault code needs a description.")
    fault_code = FaultCode.objects.select_for_update().get(pk=fault_code.pk)
    fault_code.description = description[:600]
    fault_code.save(update_fields=["description"])
    return fault_code
