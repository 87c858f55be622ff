"""Which engine answers: Whoosh, which every installation has, or tantivy for large sites, by one setting."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from wiki.search.engine import Engine, EngineUnavailable

ENGINES = {"whoosh": "wiki.search.whoosh_engine", "tantivy": "wiki.search.tantivy_engine"}
"""The value of the setting, and the module behind it; a library is loaded when it is chosen."""

NOT_INSTALLED = "FIXLORE_SEARCH_ENGINE is tantivy, which is not installed: pip install 'fixlore[large]'."


def chosen() -> Engine:
    """The engine that the setting names; EngineUnavailable where its library is missing."""
    try:
        return cast(Engine, import_module(ENGINES[settings.SEARCH_ENGINE]))
    except ImportError as error:
        raise EngineUnavailable(NOT_INSTALLED) from error


@register
def check_engine(**kwargs: Any) -> list[CheckMessage]:
    """Say before the site starts that the chosen library is missing."""
    if settings.SEARCH_ENGINE == "tantivy" and find_spec("tantivy") is None:
        return [Error(NOT_INSTALLED, id="wiki.E001")]
    return []
