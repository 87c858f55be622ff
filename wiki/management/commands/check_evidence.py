"""`manage.py check_evidence`: prove that the stored evidence is what outcomes and votes add up to."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.queries.community_rules import load
from wiki.models import Remedy
from wiki.queries.evidence import differences, remedies_with_evidence
from wiki.rules.judgement import Judgement


class Command(BaseCommand):
    """Replays the ledger of every remedy and lists where the stored sums differ by more than 1e-9."""

    help = "Prove that the evidence equals a replay of outcomes and votes to 1e-9; fails where it does not."

    def handle(self, *args: Any, **options: Any) -> None:
        rules, today = load(Judgement), timezone.now().date()
        remedies = remedies_with_evidence()
        wrong = 0
        for pk in tqdm(remedies, unit=" remedies", desc="evidence", disable=options["verbosity"] == 0):
            remedy = Remedy.objects.select_related("fix__component", "diagnostic").get(pk=pk)
            found = differences(remedy, rules, today=today)
            wrong += bool(found)
            for difference in found:
                self.stderr.write(f"remedy {pk} ({remedy.title}): {difference}")
        if wrong:
            raise CommandError(f"Remedies with wrong evidence: {wrong}. rebuild_evidence puts them right.")
        self.stdout.write(f"The evidence of all {len(remedies):,} remedies equals their outcomes and votes.")
