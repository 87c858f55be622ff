"""What the documents must say: every setting, command and address that the code has."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.sources import LAYERS, modules

ENVIRONMENT_VALUE = re.compile(r"""environ(?:\.get\(|\.setdefault\(|\[)\s*["'](FIXLORE_\w+)["']""")


def settings_read(root: Path) -> set[str]:
    """Every environment value that the code reads."""
    return {name for module in modules(root) for name in ENVIRONMENT_VALUE.findall(module.text)}


def commands(root: Path) -> set[str]:
    """Every management command of our apps."""
    return {
        path.stem
        for layer in LAYERS
        for path in (root / layer / "management" / "commands").glob("*.py")
        if not path.stem.startswith("_")
    }


def addresses(patterns: Iterable[URLPattern | URLResolver] | None = None, namespace: str = "") -> Iterator[str]:
    """The name of every address of our apps, as `wiki:problem`."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = pattern.namespace or namespace
            yield from addresses(pattern.url_patterns, inner)
        elif namespace in LAYERS and pattern.name:
            yield f"{namespace}:{pattern.name}"


def unsaid(names: Iterable[str], text: str) -> list[str]:
    """The names that a text leaves out, in code marks as Markdown writes them: `like this`."""
    said = {word for span in re.findall(r"`([^`\n]+)`", text) for word in re.split(r"[\s,]+", span)}
    return sorted(set(names) - said)
