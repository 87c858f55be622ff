"""A Stack Exchange dump: what its rows become, hostile XML, and repeating and undoing a run."""

import csv
import gzip

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from products.models import Change, ImportRun, Product
from tests.builders.products import a_make
from tests.html import read
from wiki.importers.stack_exchange import _title_of
from wiki.models import Comment, Fix, ImportedVote, Problem, Remedy, Revision
from wiki.richtext import from_html

pytestmark = pytest.mark.django_db
DAY = "2020-05-01T10:00:00.000"
POSTS = [
    {
        "Id": "1", "PostTypeId": "1", "CreationDate": DAY, "Score": "4", "Title": "Chain slips",
        "Body": "<p>It <em>slips</em> <script>alert(1)</script>uphill.</p>", "OwnerUserId": "7",
        "ContentLicense": "CC BY-SA 4.0",
    },
    {
        "Id": "2", "PostTypeId": "2", "ParentId": "1", "CreationDate": DAY, "Score": "-1",
        "Body": "<p>Replace the chain. Then ride.</p>", "OwnerUserId": "8",
    },
    {"Id": "3", "PostTypeId": "1", "CreationDate": DAY, "Score": "0", "Title": "Chain skips", "Body": "<p>Same.</p>"},
    {"Id": "4", "PostTypeId": "5", "CreationDate": DAY, "Score": "0", "Body": "<p>A tag's page.</p>"},
]  # fmt: skip
TABLES = {
    "Posts": POSTS,
    "Users": [{"Id": "7", "DisplayName": "Ann"}],
    "Comments": [{"Id": "1", "PostId": "2", "Text": "Thanks", "CreationDate": DAY, "Score": "2"}],
    "Votes": [
        {"Id": "1", "PostId": "1", "VoteTypeId": "2", "CreationDate": DAY},
        {"Id": "2", "PostId": "2", "VoteTypeId": "3", "CreationDate": DAY},
        {"Id": "3", "PostId": "99", "VoteTypeId": "2", "CreationDate": DAY},
    ],
    "PostHistory": [
        {
            "Id": number, "PostHistoryTypeId": kind, "PostId": "1", "RevisionGUID": guid, "CreationDate": DAY,
            "Text": text,
        }
        for number, kind, guid, text in [
            ("1", "2", "a", "It slips."), ("2", "1", "a", "Chain"), ("3", "4", "b", "Chain slips"),
            ("4", "5", "c", "It *slips* uphill."), ("5", "6", "d", "<tag>"),
        ]
    ],
    "PostLinks": [{"Id": "1", "PostId": "3", "RelatedPostId": "1", "LinkTypeId": "3", "CreationDate": DAY}],
}  # fmt: skip


def as_xml(folder):
    from xml.sax.saxutils import quoteattr

    folder.mkdir(exist_ok=True)
    for table, rows in TABLES.items():
        lines = [
            "<row " + " ".join(f"{name}={quoteattr(value)}" for name, value in row.items()) + " />" for row in rows
        ]
        (folder / f"{table}.xml").write_text(f"<?xml version='1.0'?>\n<{table}>{''.join(lines)}</{table}>")
    return folder


def as_csv(folder):
    folder.mkdir(exist_ok=True)
    for table, rows in TABLES.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        with gzip.open(folder / f"{table}.csv.gz", "wt", newline="") as file:
            writer = csv.DictWriter(file, names, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def load(folder, **options):
    product = a_make()
    call_command("import_stackexchange", str(folder), product=product.path, **options)
    return ImportRun.objects.latest("pk")


def number_of_rows():
    return [model.objects.count() for model in (Problem, Fix, Remedy, Comment, ImportedVote, Revision)]


@pytest.mark.parametrize("form", [as_xml, as_csv])
def test_a_dump_becomes_problems_fixes_comments_votes_revisions_and_duplicates(tmp_path, form):
    load(form(tmp_path / "site"), site="bikes.example.com")
    question, repeated = Problem.objects.order_by("external_number")
    answer = Fix.objects.get()
    assert number_of_rows() == [2, 1, 1, 1, 2, 6]
    assert (question.title, question.score, question.symptom) == ("Chain slips", 4, "It *slips* uphill.")
    assert (question.attribution, question.licence) == ("Ann at bikes.example.com", "CC BY-SA 4.0")
    assert question.source_url == "https://bikes.example.com/questions/1"
    assert question.author is None
    assert [revision.number for revision in question.revisions.all()] == [3, 2, 1]
    assert question.version == 3
    assert repeated.duplicate_of == question
    assert (answer.title, answer.problem, answer.cost, answer.hours) == ("Replace the chain.", question, None, None)
    assert answer.attribution == "user 8 at bikes.example.com"
    assert Comment.objects.get().fix == answer
    assert set(ImportedVote.objects.values_list("problem", "fix", "kind")) == {
        (question.pk, None, 2),
        (None, answer.pk, 3),
    }


def test_the_pages_of_imported_posts_name_the_source_and_say_that_no_cost_is_known(tmp_path, client):
    load(as_xml(tmp_path / "site"), site="bikes.example.com")
    fix = read(client.get(Fix.objects.get().get_absolute_url()))
    problem = read(client.get(Problem.objects.get(title="Chain slips").get_absolute_url()))
    assert "Ann at bikes.example.com, CC BY-SA 4.0" in problem.one("attribution").text
    assert problem.one("attribution").links == {
        "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
        "the original": "https://bikes.example.com/questions/1",
    }
    assert "user 8 at bikes.example.com" in fix.one("attribution").text
    assert fix.one("attribution").links["the original"] == "https://bikes.example.com/a/2"
    comment = fix.one("comment")
    assert "an unnamed user at bikes.example.com" in comment.text
    assert comment.links["CC BY-SA 4.0"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert comment.links["the original"] == "https://bikes.example.com/posts/comments/1"


def test_a_post_that_names_no_licence_has_the_one_of_its_last_edit(tmp_path):
    rows = [("1", "2011-04-07", ""), ("2", "2011-04-08", ""), ("3", "2018-05-01", "2018-05-02")]
    lines = ["Id,PostTypeId,CreationDate,LastEditDate,Score,Title,Body"]
    lines += [
        f"{number},1,{day}T10:00:00,{edited and edited + 'T10:00:00'},0,Chain,It." for number, day, edited in rows
    ]
    (tmp_path / "Posts.csv").write_text("\n".join(lines))
    load(tmp_path)
    licences = Problem.objects.order_by("external_number").values_list("licence", flat=True)
    assert list(licences) == ["CC BY-SA 2.5", "CC BY-SA 3.0", "CC BY-SA 4.0"]


def test_the_category_that_a_site_is_about_is_made_and_goes_with_the_run(tmp_path):
    folder = as_xml(tmp_path / "site")
    for _ in range(2):
        call_command("import_stackexchange", str(folder), category="Bicycles")
    again, run = ImportRun.objects.order_by("-pk")
    assert set(Problem.objects.values_list("product__path", flat=True)) == {"bicycles"}
    assert again.message.startswith("Nothing changed")
    for undone in (again, run):
        call_command("undo_import", str(undone.pk))
    assert not Product.objects.exists()


@pytest.mark.parametrize(("option", "typed"), [("category", "???"), ("product", "no/such")])
def test_what_a_site_is_about_must_be_there(tmp_path, option, typed):
    with pytest.raises(CommandError):
        call_command("import_stackexchange", str(as_xml(tmp_path / "site")), **{option: typed})
    assert not ImportRun.objects.exists()


def test_search_follows_what_a_dump_makes_and_what_undoing_takes_back(tmp_path):
    run = load(as_xml(tmp_path / "site"))
    posts = [("problem", pk) for pk in Problem.objects.values_list("pk", flat=True)]
    posts += [("fix", pk) for pk in Fix.objects.values_list("pk", flat=True)]
    assert set(posts) <= set(Change.objects.values_list("kind", "object_id"))
    Change.objects.all().delete()
    call_command("undo_import", str(run.pk))
    assert sorted(Change.objects.values_list("kind", "object_id")) == sorted(posts)


def test_a_second_run_changes_nothing_and_undoing_leaves_nothing(tmp_path):
    folder = as_xml(tmp_path / "site")
    product = a_make()
    for _ in range(2):
        call_command("import_stackexchange", str(folder), product=product.path)
    again, first = ImportRun.objects.order_by("-pk")[:2]
    assert again.message.startswith("Nothing changed")
    assert number_of_rows() == [2, 1, 1, 1, 2, 6]
    for run in (again, first):
        call_command("undo_import", str(run.pk))
    assert number_of_rows() == [0] * 6


BOMB = (
    '<!DOCTYPE posts [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<posts><row Id="1" PostTypeId="1" CreationDate="2020-05-01T10:00:00" Score="1" Title="&b;" Body="&b;" /></posts>'
)
OUTSIDE = (
    '<!DOCTYPE posts [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    '<posts><row Id="1" PostTypeId="1" CreationDate="2020-05-01T10:00:00" Score="1" Body="x">&a;</row></posts>'
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "declares its own entities"),
        ('<posts><row Id="1" PostTypeId="1"', "no well-formed XML"),
        ('<posts><row Id="1" /></posts>', "it has no PostTypeId"),
        (OUTSIDE, "declares its own entities"),
        ("<comments><row /></comments>", "another kind of file: it begins with <comments>"),
        ("<posts>\0</posts>", "no well-formed XML"),
        ('<posts><row Body="' + "x" * 3_000_000 + '" /></posts>', "longer than"),
    ],
    ids=["bomb", "cut off", "columns", "outside", "root", "nul", "huge"],
)
def test_hostile_xml_is_refused_in_a_sentence_and_leaves_nothing(tmp_path, text, said):
    (tmp_path / "Posts.xml").write_text(text)
    with pytest.raises(CommandError, match=said):
        load(tmp_path)
    assert not Problem.objects.exists()
    assert not list((settings.DATA_DIR / "staging").iterdir())


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Replace the chain. Then ride.", "Replace the chain."),
        ("No. Replace it. Then ride.", "No. Replace it."),
        ("Yes", "Yes"),
        ("", "Answer 7"),
        ("word " * 40, "word " * 19 + "word…"),
    ],
)
def test_an_answer_is_called_by_its_first_words_that_say_something(text, title):
    assert _title_of(text, "7") == title


def test_a_cut_off_gzip_is_refused(tmp_path):
    folder = as_csv(tmp_path / "site")
    path = folder / "Posts.csv.gz"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(CommandError, match="cut off or damaged"):
        load(folder)


def test_html_becomes_markdown_and_never_a_script():
    html = (
        "<h2>Tools</h2><ul><li>a <code>4 mm</code> key</li><li>oil</li></ul><blockquote><p>quoted</p></blockquote>"
        "<pre><code>x = 1 * 2\n</code></pre><p>5*6 <a href='javascript:alert(1)'>no</a> "
        "<a href='https://example.com/a_b'>yes</a></p><script>alert(1)</script>"
    )
    assert from_html(html) == (
        "## Tools\n\n- a `4 mm` key\n\n- oil\n\n> quoted\n\n```\nx = 1 * 2\n```\n\n5\\*6 no [yes](https://example.com/a_b)"
    )
