"""Learn which problems mean the same in other words."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wiki.search.documents import documents_of, indexable_ids
from wiki.search.engine import Kind
from wiki.search.semantics import TooFew, model_path, save, train


class Command(BaseCommand):
    """Read every published problem, learn, and store the model in one step; run it every night."""

    help = "Train the model by which similar problems are found, from the site's own problems. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            model = train(
                (document.object_id, document.stems)
                for document in documents_of(Kind.PROBLEM, indexable_ids(Kind.PROBLEM))
            )
            save(model, model_path())
        except TooFew as refusal:  # a young site, and no failure of the night
            self.stdout.write(f"{refusal} Similar problems are found by their words meanwhile.")
            return
        except OSError as error:
            raise CommandError(f"The model cannot be stored: {error}") from error
        self.stdout.write(
            f"{len(model.ids):,} problems, {len(model.vocabulary):,} words, {model.places.shape[1]} dimensions."
        )
