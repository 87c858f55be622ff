"""The top level is fixed: everything else has a room below."""

from tests.architecture.sources import PROJECT

FOLDERS = {
    "wiki", "products", "accounts", "config", "templates", "static", "tests", "docs", "benchmarks", ".ci",
}  # fmt: skip
FILES = {
    "manage.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "Makefile", "README.md",
    "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", ".gitignore", ".env.example",
}  # fmt: skip


def test_nothing_new_stands_at_the_top() -> None:
    ignored = {line.strip().strip("/") for line in (PROJECT / ".gitignore").read_text().splitlines()} | {".git"}
    found = {path.name for path in PROJECT.iterdir()} - ignored
    assert found - FOLDERS - FILES == set()


def test_everything_promised_stands_there() -> None:
    assert {name for name in FOLDERS if not (PROJECT / name).is_dir()} == set()
    assert {name for name in FILES if not (PROJECT / name).is_file()} == set()
