"""`manage.py write_dump`: write the open dump of the day."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from wiki.open_data.reading import expected
from wiki.open_data.writing import write_dump


class Command(BaseCommand):
    """Written beside and renamed when it is whole: an end or a full disk leaves the last dump standing."""

    help = "Write the open dump of the day (CC BY-SA 4.0) for /data/, without personal data; run again, it replaces it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keep", type=int, default=None, help="dumps to keep (FIXLORE_DUMPS_KEPT)")

    def handle(self, *args: Any, **options: Any) -> None:
        keep = settings.DUMPS_KEPT if options["keep"] is None else options["keep"]
        if keep < 1:
            self.stdout.write("No open dump: FIXLORE_DUMPS_KEPT is 0.")
            return
        total = expected() if options["verbosity"] else 0
        with tqdm(total=total, unit=" rows", desc="dump", disable=options["verbosity"] == 0) as bar:

            def show(name: str, rows: int) -> None:
                bar.set_description(name, refresh=False)
                bar.total = max(bar.total or 0, bar.n + rows)
                bar.update(rows)

            try:
                done = write_dump(settings.DUMP_DIR, now=timezone.now(), keep=keep, progress=show)
            except OSError as error:
                raise CommandError(f"The dump cannot be written: {error}. The last one stands.") from error
        self.stdout.write(f"The dump is in {done}.")
