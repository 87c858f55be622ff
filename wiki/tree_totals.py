"""What the wiki adds up along the product tree and from imports: the evidence on remedies, and the weekly series."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from products.models import ImportRun
from wiki.actions.evidence import move_evidence
from wiki.actions.series import follow_moved_products, undoing_import


def moved(*, nodes: Sequence[int], left: Sequence[int], joined: Sequence[int]) -> None:
    """Let the evidence follow products that now stand under other ancestors, and the monitor look again."""
    move_evidence(nodes=nodes, left=left, joined=joined)
    follow_moved_products()


def undoing(*, run: ImportRun) -> AbstractContextManager[None]:
    """Let the series follow an import that is undone."""
    return undoing_import(run=run)
