"""The one place for statements that differ between database vendors, and for writes of many rows at once."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import repeat
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import Q

from products.errors import TreeLockMissing

_TREE_LOCK = 0x466978746C  # any constant that all processes share: the letters "Fixtl"


def tree_lock() -> None:
    """Take the lock under which the trees are written; it is held until the transaction ends.

    On PostgreSQL an advisory transaction lock. SQLite transactions begin IMMEDIATE, so the transaction is the lock.
    Raises TreeLockMissing outside a transaction, or where SQLite would begin without the write lock.
    """
    connection = connections[router.db_for_write(_any_model())]
    if not connection.in_atomic_block:
        raise TreeLockMissing("The product tree is only written inside a transaction.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])
    elif connection.vendor == "sqlite" and getattr(connection, "transaction_mode", None) != "IMMEDIATE":
        raise TreeLockMissing("SQLite must begin its transactions IMMEDIATE (see transaction_mode in the settings).")


def tree_stands() -> None:
    """Wait until nobody writes the tree, and keep it as it is until the transaction ends; many may hold this at once.

    On SQLite the transaction is the lock already.
    """
    connection = connections[router.db_for_write(_any_model())]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_TREE_LOCK])


def _any_model() -> type[models.Model]:
    from products.models import Product  # at run time: models import no database module, this one imports none at load

    return Product


def update_many(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Set `fields` of many rows, each given as its new values followed by its id; the number of rows given.

    One prepared statement for all of them: Django's bulk_update builds a CASE for each field and row and takes minutes
    for a tree that this renumbers in a second.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    columns = {field.name: field.column for field in model._meta.concrete_fields if field.column}
    settings = ", ".join(f"{quote(columns[name])} = %s" for name in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE {quote('id')} = %s"  # noqa: S608
    parameters = list(rows)
    if parameters:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.executemany(statement, parameters)
    return len(parameters)


def begins_with(field: str, prefix: str) -> Q:
    """Rows whose field begins with the prefix, so that an index serves it.

    PostgreSQL uses the pattern index that Django makes beside an indexed text field. SQLite's LIKE with an ESCAPE uses
    no index, but its text compares by code point, so that a range does.
    """
    if connections[router.db_for_read(_any_model())].vendor == "postgresql":
        return Q(**{f"{field}__startswith": prefix})
    return Q(**{f"{field}__gte": prefix, f"{field}__lt": prefix + "\U0010ffff"})


_PLAIN = frozenset({int, str, bool, type(None)})


def insert_many(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Insert many rows, given as the values of `fields` (of a relation, the id), in their order; their ids.

    One prepared statement for all of them: three times the rows a second of bulk_create, and no object for each. A
    field that is not named gets its default. The ids are reserved first; on SQLite the transaction is the lock that
    keeps them free.
    """
    rows = list(rows)
    if not rows:
        return []
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    by_name = {field.name: field for field in model._meta.concrete_fields}
    found = [by_name[name] for name in fields]
    left = [field for name, field in by_name.items() if name not in fields and not field.primary_key]
    defaults = [field.get_db_prep_save(field.get_default(), connection) for field in left]
    columns = ", ".join(quote(field.column or field.name) for field in [*found, *left])
    marks = ", ".join(["%s"] * (len(found) + len(left) + 1))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({quote('id')}, {columns}) VALUES ({marks})"  # noqa: S608
    values = [
        column if _PLAIN.issuperset(map(type, column)) else map(_preparer(field, connection), column)
        for field, column in zip(found, zip(*rows, strict=True), strict=True)
    ]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        ids = _reserved_ids(connection, cursor, model._meta.db_table, len(rows))
        cursor.executemany(statement, list(zip(ids, *values, *map(repeat, defaults), strict=False)))
    return ids


def add_many(
    model: type[models.Model], key: Sequence[str], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Add numbers to rows found by a unique key, and make those that are missing; each row is its key, then `fields`.

    One prepared upsert for all of them, which looks at no row but those named. No number may be negative: PostgreSQL
    holds the row that would be made against its checks first. Every field without a database default is in the rows.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    by_name = {field.name: field for field in model._meta.concrete_fields}
    found = [by_name[name] for name in (*key, *fields)]
    columns = [quote(field.column or field.name) for field in found]
    added = ", ".join(f"{column} = {table}.{column} + excluded.{column}" for column in columns[len(key) :])
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(columns[: len(key)])}) DO UPDATE SET {added}"
    )
    # In the order of the key, so that neighbours in its index are written together.
    values = [
        column if _PLAIN.issuperset(map(type, column)) else list(map(_preparer(field, connection), column))
        for field, column in zip(found, zip(*sorted(map(tuple, rows)), strict=True), strict=False)
    ]
    if values:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.executemany(statement, list(zip(*values, strict=True)))


def _preparer(field: Any, connection: Any) -> Callable[[Any], Any]:
    """What gives a value the form that the database wants; the same days come again and again."""
    prepare = partial(field.get_db_prep_save, connection=connection)
    return cache(prepare) if isinstance(field, models.DateField) else prepare


def _reserved_ids(connection: Any, cursor: Any, table: str, number: int) -> list[int]:
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [connection.ops.quote_name(table), number],
        )
        return [pk for (pk,) in cursor.fetchall()]
    # AUTOINCREMENT never gives an id a second time, so the highest ever given counts, not the highest there is.
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    highest = cursor.fetchone()
    first = (highest[0] if highest else 0) + 1
    return list(range(first, first + number))
