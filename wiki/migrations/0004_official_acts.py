"""What an organisation did to official diagnostics refuses every change, as revisions do (migration 0002).

Only undoing an import, of a public record or of a table, takes the acts on the diagnostics that it made along. On SQLite a migration that rebuilds the table
drops its triggers and must run `guard` again.
"""

from django.db import migrations

TABLE = "wiki_officialact"
REFUSAL = "What was done to an official diagnostic is append-only."
IMPORTED = (
    "EXISTS (SELECT 1 FROM products_officialdiagnostic WHERE id IN (OLD.diagnostic_id, OLD.by_id)"
    " AND created_by_run_id IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM wiki_importedrow WHERE model = 'products.officialdiagnostic'"
    " AND object_id IN (OLD.diagnostic_id, OLD.by_id) AND before IS NULL)"
)


def guard_statements(vendor):
    """The SQL that makes the table append-only on a database vendor."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for act, when in (("UPDATE", ""), ("DELETE", f"WHEN NOT ({IMPORTED})"))
        ]
    return [
        "CREATE FUNCTION wiki_official_acts_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'DELETE' THEN IF {IMPORTED} THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION wiki_official_acts_append_only()",
    ]


def release_statements(vendor):
    """The SQL that takes the guard away again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {TABLE}_no_{act}" for act in ("update", "delete")]
    return [f"DROP TRIGGER {TABLE}_append_only ON {TABLE}", "DROP FUNCTION wiki_official_acts_append_only()"]


def guard(apps, schema_editor):
    for statement in guard_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for statement in release_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("wiki", "0003_issue_events")]

    operations = [migrations.RunPython(guard, release)]
