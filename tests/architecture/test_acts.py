"""Every act is called: by a page, a command, another act or at least a test. What nothing calls is dead."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import LAYERS, PROJECT, modules


def acts(root: Path) -> Iterator[tuple[str, str]]:
    """Every public function of an action module, with its module's path."""
    for module in modules(root):
        if module.room == "actions":
            for node in module.tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield str(module.path), node.name


def names_used(folder: Path) -> set[str]:
    """Every name that the Python files below a folder speak."""
    used: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    return used


def unused_acts(root: Path) -> list[str]:
    """Acts that nothing speaks of, as `wiki/actions/polls.py: open_poll`."""
    spoken = {name for folder in [*LAYERS, "tests", "benchmarks"] for name in names_used(root / folder)}
    return [f"{path}: {name}" for path, name in acts(root) if name not in spoken]


def test_every_act_is_called() -> None:
    assert unused_acts(PROJECT) == []


def test_a_planted_act_that_nothing_calls_is_seen(tmp_path: Path) -> None:
    (tmp_path / "wiki" / "actions").mkdir(parents=True)
    (tmp_path / "wiki" / "actions" / "polls.py").write_text("def open_poll(*, actor):\n    pass\n")
    assert unused_acts(tmp_path) == ["wiki/actions/polls.py: open_poll"]
    (tmp_path / "wiki" / "views").mkdir()
    (tmp_path / "wiki" / "views" / "polls.py").write_text("def new(request):\n    open_poll(actor=1)\n")
    assert unused_acts(tmp_path) == []
