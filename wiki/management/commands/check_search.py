"""Compare the search index with the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wiki.search.check import compare
from wiki.search.engine import EngineUnavailable


class Command(BaseCommand):
    help = "Compare the search index with the database; fails when they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            difference = compare()
        except EngineUnavailable as refusal:
            raise CommandError(f"The search index cannot be read: {refusal}. Run rebuild_search.") from refusal
        if difference.waiting:
            self.stdout.write(f"{difference.waiting:,} changes wait to be indexed and are left out.")
        for name, keys in (
            ("missing", difference.missing),
            ("left over", difference.left_over),
            ("outdated", difference.outdated),
        ):
            if keys:
                shown = ", ".join(sorted(keys)[:10]) + (", …" if len(keys) > 10 else "")
                self.stdout.write(f"{len(keys):,} {name}: {shown}")
        if difference.found:
            raise CommandError("The search index differs from the database. Run rebuild_search.")
        self.stdout.write(f"The search index and the database agree on {difference.agreed:,} documents.")
