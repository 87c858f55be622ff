"""Take synonyms from a CSV file, or those that come with the site."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from products.errors import FileRefused
from wiki.actions.synonyms import Loaded, load_synonyms
from wiki.errors import SynonymsRefused
from wiki.importers.synonyms import read_synonyms
from wiki.queries.synonyms import rows, shipped_missing


class Command(BaseCommand):
    """All or nothing: one wrong line and nothing is taken; a second run changes nothing."""

    help = "Take groups of synonyms from a CSV file (group, phrase), or bring in those that come with the site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="without one, the groups that come with the site")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] is None:
            loaded = load_synonyms(groups=shipped_missing(), actor=None, now=timezone.now())
        else:
            loaded = self._from_file(options["file"])
        if options["verbosity"]:
            self.stdout.write(_said(loaded, of=len(rows())))

    def _from_file(self, path: Path) -> Loaded:
        try:
            table = read_synonyms(path)
            return load_synonyms(groups=table.groups, actor=None, now=timezone.now())
        except FileRefused as refusal:
            raise CommandError(f"{refusal} Nothing was taken.") from refusal
        except SynonymsRefused as refusal:
            reasons = sorted((table.line_of(group, phrase), sentence) for group, phrase, sentence in refusal.reasons)
            said = "\n".join(f"line {line}: {sentence}" for line, sentence in reasons[:20])
            more = f"\nand {len(reasons) - 20} more" if len(reasons) > 20 else ""
            raise CommandError(f"{path.name} is refused, nothing was taken:\n{said}{more}") from refusal


def _said(loaded: Loaded, *, of: int) -> str:
    if not loaded.added and not loaded.changed:
        return f"Nothing changed: {of} groups of synonyms."
    return f"{loaded.added} groups added, {loaded.changed} changed, {loaded.unchanged} unchanged; {of} in all."
