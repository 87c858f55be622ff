"""What the wiki adds up along the product tree and from imports: the evidence on remedies, and the weekly series."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from products.models import ImportRun
from wiki.actions.evidence import move_evidence
from wiki.actions.series import follow_moved_products, undoing_import


def moved(*, nodes: Sequence[int], left: Sequence[int], joined: Sequence[int]) -> None:
    """Let the evidence follow products that now stand under other ancestors, and the monitor look again."""
    move_evidence(nodes=nodes, left=left, joined=joined)
    follow_moved_products()


@contextmanager
def undoing(*, run: ImportRun, at: datetime.datetime) -> Iterator[None]:
    """Take back what the rows of a table did, and let the series follow an import that is undone."""
    # Imported here: the importers know forms, which no module that every write loads has to.
    from wiki.importers.tables.undo import take_back_rows

    take_back_rows(run=run, now=at)
    with undoing_import(run=run):
        yield
