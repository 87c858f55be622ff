"""Revisions refuse every change: rows are only ever added. Only undoing an import deletes those that it made.

On SQLite a migration that rebuilds the table drops its triggers and must run `guard` again.
"""

from django.db import migrations

TABLES = ["wiki_revision"]
REFUSAL = "Revisions are append-only: restoring makes a new one."


def guard_statements(vendor):
    """The SQL that makes the tables append-only on a database vendor."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for table in TABLES
            for act, when in (("UPDATE", ""), ("DELETE", "WHEN OLD.created_by_run_id IS NULL"))
        ]
    return [
        "CREATE FUNCTION wiki_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF TG_OP = 'DELETE' THEN IF OLD.created_by_run_id IS NOT NULL THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        *[
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION wiki_append_only()"
            for table in TABLES
        ],
    ]


def release_statements(vendor):
    """The SQL that takes the guard away again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_no_{act}" for table in TABLES for act in ("update", "delete")]
    return [*[f"DROP TRIGGER {table}_append_only ON {table}" for table in TABLES], "DROP FUNCTION wiki_append_only()"]


def guard(apps, schema_editor):
    for statement in guard_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for statement in release_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("wiki", "0001_initial")]

    operations = [migrations.RunPython(guard, release)]
