"""Words for the same thing: shipped, in the database, changed in the administration, read from and written to files."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders.accounts import NOW, make_admin, make_moderator, make_user
from tests.html import read
from tests.wiki.search.conftest import World
from tests.wiki.search.test_search_page import page, titles
from wiki.actions.synonyms import load_synonyms, save_synonym
from wiki.models import Synonym, SynonymChange
from wiki.queries.synonyms import all_groups
from wiki.search import indexer, synonyms
from wiki.search.synonyms import Group, alternatives, shipped, taken, troubles
from wiki.search.words import stems

pytestmark = pytest.mark.django_db


def test_what_is_shipped_has_three_hundred_pairs_and_nothing_wrong() -> None:
    used = taken([], [])
    assert [trouble for group in shipped() for trouble in troubles(group, used)] == []
    assert sum(len(group.phrases) * (len(group.phrases) - 1) // 2 for group in shipped()) >= 300


@pytest.mark.parametrize(
    ("said", "read"),
    [("fridge", "refriger"), ("flat battery", "dead"), ("hard disk", "drive"), ("bonnet", "hood")],
)
def test_workshop_and_household_words_have_others_beside_them(said: str, read: str) -> None:
    assert read in alternatives(stems(said))


def test_a_new_group_counts_at_once_without_a_new_index_and_its_end_too(client: Client, world: World) -> None:
    indexer.drain()
    assert titles(page(client, q="tepid")) == []

    made = save_synonym(synonym=None, group=Group(name="heat", phrases=("warm", "tepid")), actor=make_admin(), now=NOW)
    assert titles(page(client, q="tepid")) == [world.idle.title]

    off = Group(name="heat", phrases=("warm", "tepid"), is_active=False)
    save_synonym(synonym=made, group=off, actor=make_admin(), now=NOW)
    assert titles(page(client, q="tepid")) == []


def test_another_process_sees_a_change_after_two_seconds_for_one_small_query(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(synonyms.time, "monotonic", lambda: clock[0])
    assert alternatives(["tepid"]) == []
    Synonym.objects.create(name="heat", phrases="warm\ntepid")
    SynonymChange.objects.create(name="heat", changed_at=NOW)

    with CaptureQueriesContext(connection) as asked:
        assert alternatives(["tepid"]) == []
    assert len(asked) == 0
    clock[0] += synonyms.KEEP_SECONDS + 0.1
    assert alternatives(["tepid"]) == ["warm"]
    clock[0] += synonyms.KEEP_SECONDS + 0.1
    with CaptureQueriesContext(connection) as asked:
        assert alternatives(["tepid"]) == ["warm"]
    assert len(asked) == 1


def test_a_row_replaces_the_shipped_group_of_its_name_and_one_switched_off_silences_it() -> None:
    assert "boot" in alternatives(["trunk"])
    load_synonyms(groups=[Group(name="trunk", phrases=("trunk", "luggage space"))], actor=None, now=NOW)
    assert alternatives(["trunk"]) == ["luggag", "space"]
    assert alternatives(["boot"]) == []
    off = Group(name="hood", phrases=("hood", "bonnet"), is_active=False)
    load_synonyms(groups=[off], actor=None, now=NOW)
    assert alternatives(["bonnet"]) == []


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (Group(name="", phrases=("a1", "b1")), "needs a name"),
        (Group(name="x", phrases=("lid",)), "One word alone"),
        (Group(name="x", phrases=("lid", "cover on top engine block")), "has 5 words"),
        (Group(name="x", phrases=("lid", "y" * 61)), "is too long"),
        (Group(name="x", phrases=("lid", "the")), "has no word that a search reads"),
        (Group(name="x", phrases=("lid", "lid")), "stands twice"),
        (Group(name="x", phrases=("lid", "lids")), "as one word already"),
        (Group(name="x", phrases=("lid", "bonnet")), "“bonnet” is in the group “hood” already"),
        (Group(name="x", phrases=("lid", "top"), language="english"), "is no language"),
        (Group(name="x", phrases=tuple(f"lid{n}" for n in range(21))), "21 words are too many"),
        (Group(name="x", phrases=("lid", "top"), note="n" * 256), "note is too long"),
    ],
)
def test_what_is_wrong_with_a_group_is_said(group: Group, said: str) -> None:
    assert said in " ".join(trouble.sentence for trouble in troubles(group, taken([], [group])))
    assert troubles(Group(name="x", phrases=("lid", "cover")), taken([], [])) == []


class TestInTheAdministration:
    ADD = "/admin/wiki/synonym/add/"

    def test_a_moderator_adds_changes_and_takes_away_and_each_is_on_record(self, client: Client) -> None:
        moderator = make_moderator()
        client.force_login(moderator)
        typed = {"name": "heat", "phrases": "warm\n tepid ", "language": "en", "is_active": "on"}
        client.post(self.ADD, typed)
        row = Synonym.objects.get()
        assert alternatives(["tepid"]) == ["warm"]

        client.post(f"/admin/wiki/synonym/{row.pk}/change/", typed | {"name": "mildness", "phrases": "mild\ntepid"})
        assert alternatives(["tepid"]) == ["mild"]
        client.post(f"/admin/wiki/synonym/{row.pk}/delete/", {"post": "yes"})

        assert alternatives(["tepid"]) == []
        trail = [(row.name, row.before and row.before["phrases"], row.after and row.after["phrases"])
                 for row in SynonymChange.objects.order_by("id")]  # fmt: skip
        assert trail == [
            ("heat", None, ["warm", "tepid"]),
            ("mildness", ["warm", "tepid"], ["mild", "tepid"]),
            ("mildness", ["mild", "tepid"], None),
        ]
        assert set(SynonymChange.objects.values_list("changed_by", flat=True)) == {moderator.pk}
        assert "mild, tepid" in read(client.get("/admin/wiki/synonymchange/")).text

    def test_what_is_wrong_stands_beside_the_words_and_they_stay(self, client: Client) -> None:
        client.force_login(make_moderator())
        typed = {"name": "lid", "phrases": "bonnet\nlid", "language": "en", "is_active": "on"}
        answer = read(client.post(self.ADD, typed))
        assert "“bonnet” is in the group “hood” already" in answer.text
        assert answer.element.xpath("//textarea[@name='phrases']")[0].text.split() == ["bonnet", "lid"]
        assert not Synonym.objects.exists()

    def test_a_renamed_shipped_group_is_still_one_group(self, client: Client) -> None:
        call_command("import_synonyms", verbosity=0)
        client.force_login(make_moderator())
        row = Synonym.objects.get(name="hood")
        client.post(
            f"/admin/wiki/synonym/{row.pk}/change/",
            {"name": "bonnet", "phrases": row.phrases, "language": "en", "is_active": "on"},
        )
        row.refresh_from_db()
        assert row.name == "bonnet"
        assert alternatives(["bonnet"]) == ["hood"]

    def test_members_stay_outside(self, client: Client) -> None:
        client.force_login(make_user(reputation=9_000))
        assert client.post(self.ADD, {"name": "x", "phrases": "lid\ntop", "language": "en"}).status_code in (302, 403)
        assert not Synonym.objects.exists()


def told(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_the_shipped_groups_become_rows_once(tmp_path: Path) -> None:
    before = [(group.name, set(group.phrases)) for group in all_groups()]
    assert f"{len(shipped())} groups added" in told("import_synonyms")
    assert "Nothing changed" in told("import_synonyms")
    assert Synonym.objects.count() == len(shipped()) == SynonymChange.objects.count()
    assert [(group.name, set(group.phrases)) for group in all_groups()] == before


def test_what_is_exported_is_read_again_without_a_change(tmp_path: Path) -> None:
    load_synonyms(
        groups=[
            Group(name="haube", phrases=("Motorhaube", "Haube, vorn"), language="de", note="a, b", is_active=False)
        ],
        actor=None,
        now=NOW,
    )
    file = tmp_path / "words.csv"
    told("export_synonyms", file)
    assert told("export_synonyms") == file.read_text(encoding="utf-8")
    told("import_synonyms", file)
    groups = all_groups()
    assert "Nothing changed" in told("import_synonyms", file)
    assert all_groups() == groups
    assert Synonym.objects.get(name="haube").language == "de"


def test_a_file_changes_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    told("import_synonyms")
    file = tmp_path / "words.csv"
    file.write_text("group,phrase\nheat,warm\nheat,tepid\ntrunk,trunk\ntrunk,boot\n", encoding="utf-8")
    assert "1 groups added, 1 changed, 0 unchanged" in told("import_synonyms", file)
    assert Synonym.objects.get(name="trunk").phrases == "trunk\nboot"
    assert "bonnet" in Synonym.objects.get(name="hood").phrases


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("group;phrase\na;b\n", "line 1: its columns are group and phrase"),
        ("group,phrase\n", "there is no row in it"),
        ("group,phrase\nshake,warm\nshake\n", "line 3: 1 fields, the first line has 2"),
        ("group,phrase\nshake,warm\nshake,\n", "line 3: a group and a phrase are needed"),
        ("group,phrase,active\nshake,warm,yes\nshake,tepid,maybe\n", "line 3: active is yes or no, not “maybe”"),
        ("group,phrase,note\na,warm,a\na,tepid,b\n", "line 3: “a” has another language, note or active on line 2"),
        ("group,phrase\na,warm\na,tepid\nlid,lid\nlid,bonnet\n", "line 5: “bonnet” is in the group “hood”"),
        ("group,phrase\nshake,warm\n", "line 2: One word alone"),
        ("group,phrase\na,warm\nlid,top\na,tepid\nlid,tepid\n", "line 4: “tepid” is in the group “lid”"),
    ],
)  # fmt: skip
def test_one_wrong_line_and_nothing_is_taken(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "words.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="(?s)" + said):
        told("import_synonyms", file)
    assert not Synonym.objects.exists()
    assert not SynonymChange.objects.exists()


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_bytes(b"group,phrase\nh\xe4,b\n")
    with pytest.raises(CommandError, match="not UTF-8"):
        told("import_synonyms", file)
