"""Who adds up along the product tree, and has to follow when products move in it.

An app that keeps totals of a product and everything below it says so in a module `tree_totals`, found here as Django
finds `admin`:

    def moved(*, nodes: Sequence[int], left: Sequence[int], joined: Sequence[int]) -> None
                                products now stand under other ancestors (ids): what was added for them leaves some and
                                joins others; called under the tree lock, in the transaction of the move
    def undoing(*, run: ImportRun, at: datetime) -> AbstractContextManager[None]
                                entered before a run is undone and left after it, in the transaction of the undoing
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from products.models import ImportRun


def tell_moved(*, nodes: Sequence[int], left: Sequence[int], joined: Sequence[int]) -> None:
    """Let every app's totals follow products that were moved."""
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "tree_totals"):
            import_module(f"{config.name}.tree_totals").moved(nodes=nodes, left=left, joined=joined)


@contextmanager
def followed_undoing(*, run: ImportRun, at: datetime.datetime) -> Iterator[None]:
    """Let every app's totals follow while a run is undone."""
    with ExitStack() as stack:
        for config in apps.get_app_configs():
            if module_has_submodule(config.module, "tree_totals"):
                stack.enter_context(import_module(f"{config.name}.tree_totals").undoing(run=run, at=at))
        yield
