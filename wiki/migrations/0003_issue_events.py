"""Events of emerging issues refuse every change; only what the monitor itself noted may go with a rebuilt issue.

On SQLite a migration that rebuilds the table drops its triggers and must run `guard` again.
"""

from django.db import migrations

TABLE = "wiki_issueevent"
REFUSAL = "What was done about an issue is append-only."


def guard_statements(vendor):
    """The SQL that makes the table append-only on a database vendor."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for act, when in (("UPDATE", ""), ("DELETE", "WHEN OLD.member_id IS NOT NULL"))
        ]
    return [
        "CREATE FUNCTION wiki_issue_events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF TG_OP = 'DELETE' THEN IF OLD.member_id IS NULL THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION wiki_issue_events_append_only()",
    ]


def release_statements(vendor):
    """The SQL that takes the guard away again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {TABLE}_no_{act}" for act in ("update", "delete")]
    return [f"DROP TRIGGER {TABLE}_append_only ON {TABLE}", "DROP FUNCTION wiki_issue_events_append_only()"]


def guard(apps, schema_editor):
    for statement in guard_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for statement in release_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("wiki", "0002_append_only")]

    operations = [migrations.RunPython(guard, release)]
