"""What the wiki adds up along the product tree: the evidence on remedies."""

from __future__ import annotations

from collections.abc import Sequence

from wiki.actions.evidence import move_evidence


def moved(*, nodes: Sequence[int], left: Sequence[int], joined: Sequence[int]) -> None:
    """Let the evidence follow products that now stand under other ancestors."""
    move_evidence(nodes=nodes, left=left, joined=joined)
