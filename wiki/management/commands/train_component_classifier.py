"""Train the component classifier on complaints with an official component."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from products.errors import FileRefused
from wiki.classifier.model import save
from wiki.classifier.prediction import model_path
from wiki.classifier.training import read_examples, train


class Command(BaseCommand):
    """Print what was measured on complaints held out, and store it with the model."""

    help = "Train the component classifier on complaints (CSV with the columns CDESCR and COMPDESC, plain or gzipped)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="CSV")
        parser.add_argument("--quiet", action=argparse.BooleanOptionalAction, default=False, help="no progress")

    def handle(self, *args: Any, files: list[Path], quiet: bool, **options: Any) -> None:
        try:
            model = train(
                read_examples(files),
                now=timezone.now(),
                tell=(lambda _: None) if quiet else (lambda said: self.stdout.write(f"  {said}")),
            )
            save(model, model_path())
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"The model cannot be stored: {error}") from error
        report = model.report
        self.stdout.write(
            f"{report['texts']:,} complaints, {len(model.labels)} components. "
            f"On {report['held_out']:,} held out: accuracy {report['accuracy']:.3f}, "
            f"macro-F1 {report['macro_f1']:.3f}. "
            f"Above a confidence of {report['threshold']:.2f}, {report['share_answered'] or 0:.0%} are answered, "
            f"{report['precision_when_answered'] or 0:.0%} of these right; the others stay unknown."
        )
        for label, count in sorted(report["labels"].items(), key=lambda pair: -pair[1]):
            self.stdout.write(f"  {label}: {count:,}")
