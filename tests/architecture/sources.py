"""Reading the project's own source: which modules there are, what they import, what they call."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LAYERS = ["products", "accounts", "wiki", "config"]  # each may import those before it


@dataclass(frozen=True)
class Module:
    """One Python file, by its path below the project's root."""

    root: Path
    path: Path

    @cached_property
    def text(self) -> str:
        """The source as written."""
        return (self.root / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.text, filename=str(self.path))

    @property
    def app(self) -> str:
        """The app or package at the top: `wiki`."""
        return self.path.parts[0]

    @property
    def rooms(self) -> tuple[str, ...]:
        """The dotted path: `("wiki", "actions", "votes")`."""
        parts = self.path.with_suffix("").parts
        return parts[:-1] if parts[-1] == "__init__" else parts

    @property
    def room(self) -> str:
        """The room inside the app, or the module's own name: `actions`, `querysets`."""
        return self.rooms[1] if len(self.rooms) > 1 else ""

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every imported name with its line, in full: `wiki.models.Problem`; imports inside functions too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    package = self.rooms if self.path.name == "__init__.py" else self.rooms[:-1]
                    above = package[: len(package) - node.level + 1]
                    base = ".".join([*above, *([base] if base else [])])
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

    def calls(self) -> Iterator[tuple[int, str]]:
        """Every call with its line, as it is written: `timezone.now`, `Problem.objects.create`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node.lineno, ast.unparse(node.func)

    def at(self, line: int, complaint: str) -> str:
        """A complaint with its place."""
        return f"{self.path}:{line}: {complaint}"


def modules(root: Path) -> Iterator[Module]:
    """Every module of the apps and of config, migrations left out (they are generated)."""
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*.py")):
            if "migrations" not in path.parts:
                yield Module(root, path.relative_to(root))


def below(name: str, package: str) -> bool:
    """Whether a dotted name is the package or stands inside it."""
    return name == package or name.startswith(f"{package}.")
