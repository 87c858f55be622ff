"""An import that its process does not survive.

Kills itself with SIGKILL before the batch of that number, or inside its transaction, after it was written. Batch 0 is
what comes before the first: the products and official diagnostics.
"""

import os
import signal
from pathlib import Path
from typing import Any


def main(path: str, batch: int, where: str) -> None:
    """Import the recall documents in batches of 25 rows, up to the batch in which the process dies."""
    from django.utils import timezone

    from products.importers.engine import Tally, run_import
    from products.importers.recall_documents import RecallDocumentImporter

    class Dying(RecallDocumentImporter):
        batch_size = 25
        batches = 0

        def _die_in(self, moment: str) -> None:
            if self.batches == batch and where == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        def prepare(self, run: Any) -> None:
            self._die_in("before")
            super().prepare(run)
            self._die_in("inside")

        def write(self, records: list[Any], run: Any) -> Tally:
            self.batches += 1
            self._die_in("before")
            tally = super().write(records, run)
            self._die_in("inside")
            return tally

    run_import(importer=Dying(), path=Path(path), clock=timezone.now, say=print)
