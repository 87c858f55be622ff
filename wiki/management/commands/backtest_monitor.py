"""`manage.py backtest_monitor CSV --recalls CSV`: when the monitor would have spoken, against when the recall came."""

import csv
import datetime
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from products.errors import FileRefused, RunStopped
from products.importers.engine import RowRefused, run_import
from products.importers.files import read_rows
from products.models import Component, Product
from wiki.actions.series import add_to_series
from wiki.classifier.prediction import site_model
from wiki.importers.complaints import ComplaintImporter
from wiki.models import SeriesWeek, Sighting
from wiki.monitor.looking import Look, look
from wiki.queries.series import counts_of


class Command(BaseCommand):
    """Imports the file, looks, and takes everything back: nothing stays, and what the site holds plays no part.

    Components come from the file or from the trained classifier; nobody tells the monitor what to look for.
    """

    help = "Replay a file of complaints and list what would have been flagged when, against the dates of recalls."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("csv", help="complaints, with the official column names (CMPL)")
        parser.add_argument("--recalls", metavar="CSV", help="columns number, date, model and component (its slug)")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="OFFICIAL=YOURS",
            help="what a column is called in the file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        recalls = _recalls(Path(options["recalls"])) if options["recalls"] else []
        if site_model() is None:
            self.stderr.write("No classifier is trained: complaints without an official component are left out.")
        with tempfile.TemporaryDirectory() as folder, transaction.atomic():
            path = _renamed(Path(options["csv"]), options["column"], Path(folder))
            SeriesWeek.objects.all().delete()
            try:
                run_import(importer=ComplaintImporter(create_missing=True), path=path, clock=timezone.now)
            except (FileRefused, RunStopped) as refusal:
                raise CommandError(str(refusal)) from refusal
            sightings = _sightings_of(path)
            SeriesWeek.objects.all().delete()
            add_to_series(changes=counts_of(sightings))
            last = SeriesWeek.objects.order_by("-week").values_list("week", flat=True).first()
            found = None if last is None else look(last)
            if found is None:
                self.stdout.write("No complaint names a component and a day: nothing to look at.")
            else:
                self._say(found, recalls, sightings.count(), sightings.filter(dated="estimated").count())
            transaction.set_rollback(True)

    def _say(self, found: Look, recalls: list[dict[str, str]], number: int, estimated: int) -> None:
        record = found.record
        counted = int(record.counts.sum())
        self.stdout.write(
            f"{number:,} complaints, {counted:,} of them counted in {found.series:,} series of {record.weeks:,} weeks."
        )
        if estimated:
            self.stdout.write(f"The days of {estimated:,} are estimates, to the month at best: so are the weeks below.")
        products = Product.objects.in_bulk(record.products)
        components = Component.objects.in_bulk(record.components)
        rows = []
        for episode in found.episodes:
            alert = episode.first_at(found.levels.alert)
            rows.append(
                (
                    record.monday(episode.first),
                    None if alert is None else record.monday(alert),
                    products[record.products[episode.node]],
                    components[record.components[episode.column]],
                    episode,
                )
            )
        self.stdout.write(f"Flagged: {len(rows)}, of them alerts: {sum(1 for row in rows if row[1])}.")
        for watch, raised, product, component, episode in rows:
            self.stdout.write(
                f"{watch}  {f'alert {raised}' if raised else 'watch only':16}  to {record.monday(episode.last)}  "
                f"{product.full_name}, {component.name}: {episode.observed:.0f} against {episode.expected:.1f}"
            )
        for recall in recalls:
            on = datetime.date.fromisoformat(recall["date"])
            wanted = Component.objects.filter(slug=recall["component"]).first()
            about = [
                (watch, raised, product, component)
                for watch, raised, product, component, _ in rows
                if wanted is not None
                and component.tree_id == wanted.tree_id
                and recall["model"].casefold() in product.full_name.casefold()
            ]
            words = f"{recall['number']} ({recall['model']}, {recall['component']}, {on})"
            before = [row for row in about if row[0] < on]
            if not before:
                self.stdout.write(f"Recall {words}: nothing flagged before it.")
            for watch, raised, product, component in before:
                days = (on - watch).days
                level = "never an alert before it" if raised is None or raised >= on else f"alert on {raised}"
                self.stdout.write(
                    f"Recall {words}: {product.full_name}, {component.name} on watch {days // 7} weeks before; {level}."
                )


def _recalls(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source))
        for row in rows:
            datetime.date.fromisoformat(row["date"])
            if not (row["number"] and row["model"] and row["component"]):
                raise ValueError("a blank field")
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise CommandError(
            f"{path}: columns number, date (2014-02-07), model and component, please ({error})."
        ) from error
    return rows


def _renamed(path: Path, columns: list[str], folder: Path) -> Path:
    """The file with the official names in its header; itself where nothing is renamed."""
    if not columns:
        return path
    official = {yours.casefold(): name for name, _, yours in (each.partition("=") for each in columns)}
    copy = folder / "complaints.csv"
    try:
        with copy.open("w", encoding="utf-8", newline="") as target:
            out = csv.writer(target)
            for line, (_, fields) in enumerate(read_rows(path)):
                out.writerow(
                    [official.get(field.strip().casefold(), field) for field in fields] if line == 0 else fields
                )
    except FileRefused as refusal:
        raise CommandError(str(refusal)) from refusal
    return copy


def _sightings_of(path: Path) -> Any:
    """The sightings of the complaints that the file holds, whichever import brought them."""
    importer = ComplaintImporter()
    rows = importer.rows(path)
    _, first = next(rows)
    numbers = set()
    if not importer.recognise(first, path.name):
        record = importer.read(first)
        numbers |= {record.number} if record else set()
    for _, fields in rows:
        try:
            record = importer.read(fields)
        except RowRefused:
            continue
        if record is not None:
            numbers.add(record.number)
    ids = [
        pk
        for pk, number in Sighting.objects.exclude(complaint=None).values_list("pk", "complaint__number")
        if number in numbers
    ]
    return Sighting.objects.filter(pk__in=ids)
