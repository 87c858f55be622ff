"""The documents leave nothing out: a setting, a command or an address without a word fails here."""

import re
from pathlib import Path

from tests.architecture.documents import addresses, commands, settings_read, unsaid
from tests.architecture.sources import PROJECT

OPERATIONS = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
ENV_EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
ADDRESSES = (PROJECT / "docs" / "addresses.md").read_text(encoding="utf-8")


def test_every_environment_value_is_in_the_example_and_in_the_operations_document() -> None:
    read = settings_read(PROJECT)
    assert "FIXLORE_DATA" in read
    assert read == set(re.findall(r"^#?\s*(FIXLORE_\w+)=", ENV_EXAMPLE, re.MULTILINE))
    assert unsaid(read, OPERATIONS) == []


def test_every_command_is_in_the_operations_document() -> None:
    existing = commands(PROJECT)
    assert "load_demo" in existing
    assert unsaid(existing, OPERATIONS) == []


def test_every_address_is_in_the_document_of_addresses_and_nothing_else_is() -> None:
    existing = set(addresses())
    assert "wiki:problem" in existing
    assert unsaid(existing, ADDRESSES) == []
    assert set(re.findall(r"`((?:wiki|accounts|products):[\w-]+)`", ADDRESSES)) == existing


def test_environment_values_are_read_in_one_file_only() -> None:
    """`config/launch.py` passes values on to the settings and says so; everything else asks the settings."""
    places = {
        str(path.relative_to(PROJECT))
        for layer in ["config", "wiki", "accounts", "products"]
        for path in (PROJECT / layer).rglob("*.py")
        if "FIXLORE_" in path.read_text(encoding="utf-8") and "environ" in path.read_text(encoding="utf-8")
    }
    assert places <= {"config/settings.py", "config/launch.py"}


def test_a_planted_setting_without_a_word_is_seen(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.py").write_text('A = os.environ.get("FIXLORE_PLANTED", "1")\n')
    assert settings_read(tmp_path) == {"FIXLORE_PLANTED"}
    assert unsaid(settings_read(tmp_path), "Set `FIXLORE_DATA` and perhaps FIXLORE_PLANTED.") == ["FIXLORE_PLANTED"]
    assert unsaid(settings_read(tmp_path), "Set `FIXLORE_PLANTED=1`, as you like.") == ["FIXLORE_PLANTED"]
    assert unsaid(settings_read(tmp_path), "Set `FIXLORE_PLANTED`.") == []


def test_a_planted_command_without_a_word_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "wiki" / "management" / "commands"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "plant_a_tree.py").touch()
    assert unsaid(commands(tmp_path), "Run `manage.py check_tree`.") == ["plant_a_tree"]
    assert unsaid(commands(tmp_path), "Run `manage.py plant_a_tree`.") == []


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
    broken = [
        f"{document.relative_to(PROJECT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (document.parent / target).exists()
    ]
    assert broken == []


def test_decisions_are_numbered_without_a_gap_and_say_when_to_look_at_them_again() -> None:
    records = sorted((PROJECT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(len(records))), "0000 is the template"
    for record in records:
        text = record.read_text(encoding="utf-8")
        for heading in ["## Decision", "## Why", "## Revisit when"]:
            assert heading in text, f"{record.name} has no {heading}"


def test_the_lock_files_name_no_package_index_and_carry_hashes() -> None:
    for name in ["requirements.lock", "requirements-dev.lock"]:
        text = (PROJECT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        packages = re.findall(r"^[a-z0-9][\w.-]*==[^\n]*", text, re.MULTILINE | re.IGNORECASE)
        assert len(packages) > 20
        assert all(package.endswith("\\") for package in packages), "a package without its hashes"


def test_what_the_tests_need_includes_what_the_site_needs() -> None:
    """`make run` is content with the environment of `make test`."""
    pins = re.compile(r"^([a-z0-9][\w.-]*)==([^\s\\;]+)", re.MULTILINE | re.IGNORECASE)
    site = set(pins.findall((PROJECT / "requirements.lock").read_text(encoding="utf-8")))
    tests = set(pins.findall((PROJECT / "requirements-dev.lock").read_text(encoding="utf-8")))
    assert site <= tests
