"""The public record in one site: the operator's recipe over some rows of every published file, twice, and undone."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from benchmarks.whole_record import (
    OF_RUNS,
    OF_UNDONE_RUNS,
    counted,
    different,
    recipe,
    rows_of,
    tables,
    thinned,
    undo_all,
)
from products.models import ImportRun
from products.queries.tree_check import faults_of_the_product_tree

_ROWS = 150


def _said(commands: list[list[str]]) -> str:
    out = io.StringIO()
    for command in commands:
        call_command(*command, stdout=out)
    return out.getvalue()


def _named(path: Path, *columns: str) -> set[tuple[str, ...]]:
    """What the columns of a file say, each once."""
    header, *rows = rows_of(path)
    places = [header.index(column) for column in columns]
    return {tuple(row[place] for place in places) for row in rows}


def _expected(data: Path) -> dict[str, int]:
    """The numbers that the files themselves give, counted without an importer."""
    documents = _named(next(data.glob("nhtsa_official/recall_documents*")), "NHTSA ID", "DOCUMENT NAME")
    repairs = {number for path in data.glob("ords/ords_*") for number in _named(path, "id")}
    posts = [_named(path, "Id", "PostTypeId", "ParentId") for path in sorted(data.glob("stack_exchange/*/Posts*"))]
    questions = [{number for number, kind, _ in site if kind == "1"} for site in posts]
    answers = [
        {number for number, kind, parent in site if kind == "2" and parent in asked}
        for site, asked in zip(posts, questions, strict=True)
    ]
    return {
        "recalls with documents": len({campaign for campaign, _ in documents}),
        "recall documents": len(documents),
        "repairs": len(repairs),
        "problems": sum(map(len, questions)),
        "fixes": sum(map(len, answers)),
    }


@pytest.mark.slow
def test_the_whole_record_fills_a_site_twice_is_once_and_undoing_it_leaves_nothing(db, shared_data, tmp_path):
    data = thinned(shared_data, tmp_path, _ROWS)
    commands = recipe(data)
    call_command("load_components", verbosity=0, stdout=io.StringIO())
    seed = tables(OF_UNDONE_RUNS)

    _said(commands)
    made = counted()
    expected = _expected(data)
    assert {kind: made[kind] for kind in expected} == expected
    assert faults_of_the_product_tree() == []
    assert set(ImportRun.objects.values_list("state", flat=True)) == {"finished"}
    filled = tables(OF_RUNS)

    again = _said(commands)
    assert different(filled, tables(OF_RUNS)) == []
    assert len(re.findall(r"\(run \d+\): Nothing changed", again)) == len(re.findall(r"\(run \d+\):", again)) > 10

    assert undo_all() == 2 * len(re.findall(r"\(run \d+\):", again))
    assert different(seed, tables(OF_UNDONE_RUNS)) == []
