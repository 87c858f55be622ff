"""`manage.py forget_old_answers`: delete kept answers of the API that are older than a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wiki.actions.idempotency import forget_old_answers


class Command(BaseCommand):
    """Answers are kept so that a request can be sent again with its Idempotency-Key."""

    help = "Every night: forget the API's answers of more than a day ago, which no Idempotency-Key can ask for again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget_old_answers(now=timezone.now())} answers forgotten.")
