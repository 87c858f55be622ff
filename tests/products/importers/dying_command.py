"""An import command that its process does not survive.

python -m tests.products.importers.dying_command ROWS BATCH MOMENT COMMAND ARGUMENT…

Runs the command in batches of so many rows, at one fixed moment of time, and kills itself with SIGKILL `before` or
`inside` the batch of that number (0 is what comes before the first), or while `staging` a file. BATCH -1 is never.
"""

import datetime
import os
import signal
import sys
from pathlib import Path
from typing import Any

import django

NOW = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)


def main(rows: int, batch: int, moment: str, arguments: list[str]) -> None:
    """Run the command up to the moment in which its process dies."""
    from django.core.management import call_command
    from django.utils import timezone

    from products.importers import command
    from products.importers.engine import run_import

    timezone.now = lambda: NOW
    batches = 0

    def die(now: str) -> None:
        if batches == batch and moment == now:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(*, importer: Any, path: Path, **options: Any) -> Any:
        if moment == "staging":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            die("staging")
        write, prepare = importer.write, importer.prepare

        def dying_prepare(run: Any) -> None:
            die("before")
            prepare(run)
            die("inside")

        def dying_write(records: list[Any], run: Any) -> Any:
            nonlocal batches
            batches += 1
            die("before")
            tally = write(records, run)
            die("inside")
            return tally

        importer.batch_size, importer.prepare, importer.write = rows, dying_prepare, dying_write
        return run_import(importer=importer, path=path, **options)

    command.run_import = dying
    call_command(*arguments)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
