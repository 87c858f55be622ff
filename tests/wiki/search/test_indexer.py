"""The change feed into the index: nothing lost, nothing doubled, one writer."""

import gc
import shutil
import threading
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from products.models import Change
from tests.wiki.search.conftest import World, fix, problem
from wiki.models import Problem
from wiki.search import indexer
from wiki.search.check import compare
from wiki.search.engine import Cursor, EngineUnavailable, IndexerBusy, Kind, Wanted
from wiki.search.engines import chosen
from wiki.search.finding import find
from wiki.search.words import stems

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("each_engine")]


def ids(text: str, kind: Kind = Kind.PROBLEM, **wanted: Any) -> list[int]:
    asked = Wanted(stems=dict.fromkeys(stems(text), 1.0), **wanted)
    return [hit.object_id for hit in chosen().find(asked, kind, limit=10).hits]


def test_an_index_that_is_not_there_is_built_by_the_first_drain(world: World) -> None:
    with pytest.raises(EngineUnavailable):
        ids("brake")
    indexer.drain()
    assert ids("brake light gearbox")[0] == world.founding.pk


def test_a_new_problem_is_found_after_a_drain_and_not_before(world: World) -> None:
    indexer.drain()
    made = problem(product=world.focus, title="Sunroof leaks", symptom="Water on the headliner")
    assert ids("sunroof") == []
    assert indexer.drain() == 1
    assert ids("sunroof") == [made.pk]
    assert indexer.drain() == 0


def test_the_words_of_a_fix_find_its_problem(world: World) -> None:
    indexer.drain()
    assert ids("XKB500030") == [world.founding.pk]
    fix(problem=world.idle, title="Clean the throttle body")
    indexer.drain()
    assert ids("throttle") == [world.idle.pk]


@pytest.mark.parametrize("state", ["deleted", "hidden"])
def test_a_problem_taken_away_is_no_longer_found(world: World, state: str) -> None:
    indexer.drain()
    Problem.objects.filter(pk=world.founding.pk).update(state=state)
    Change.objects.create(kind="problem", object_id=world.founding.pk)
    indexer.drain()
    assert world.founding.pk not in ids("gearbox brake light")
    assert world.stall.pk in ids("gearbox brake light")


def test_a_duplicate_gives_its_title_to_the_problem_it_merged_into(world: World) -> None:
    twin = problem(product=world.rover, title="Tremor at standstill")
    indexer.drain()
    assert ids("tremor") == [twin.pk]
    twin.duplicate_of = world.idle
    twin.save()
    Change.objects.create(kind="problem", object_id=twin.pk)
    indexer.drain()
    assert ids("tremor") == [world.idle.pk]


def test_a_product_moved_takes_its_problems_along(world: World) -> None:
    from wiki.search.engine import Scope

    indexer.drain()
    assert ids("stalls", scope=Scope(product=world.ford.pk)) == [world.stall.pk]
    world.focus.move_to(world.rover.parent)
    Change.objects.create(kind="product", object_id=world.focus.pk)
    indexer.drain()
    assert ids("stalls", scope=Scope(product=world.ford.pk)) == []
    assert ids("stalls", scope=Scope(product=world.rover.parent_id)) == [world.stall.pk]


def test_changes_come_in_batches_and_many_commits_leave_one_document_each(world: World) -> None:
    indexer.drain()
    made = [problem(product=world.focus, title=f"Sunroof leak number {number}") for number in range(12)]
    Change.objects.bulk_create([Change(kind="problem", object_id=one.pk) for one in made])
    assert indexer.drain(limit=5) == 24
    assert sorted(ids("sunroof"))[:10] == sorted(ids("sunroof"))
    assert not compare().found


def test_a_crash_before_the_commit_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    indexer.drain()
    made = problem(product=world.focus, title="Sunroof leaks")

    def crash(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(chosen(), "_add", crash)
        with pytest.raises(KeyboardInterrupt):
            indexer.drain()
    assert ids("sunroof") == []
    assert ids("gearbox") == [world.founding.pk]
    assert indexer.drain() == 1
    assert ids("sunroof") == [made.pk]


def test_a_crash_before_the_cursor_moves_repeats_harmlessly(world: World) -> None:
    indexer.drain()
    position = chosen().cursor()
    made = problem(product=world.focus, title="Sunroof leaks")
    indexer.drain()
    with chosen().only_writer():
        chosen().write(documents=(), outdated=(), position=position)
    assert indexer.drain() == 1
    assert ids("sunroof") == [made.pk]
    assert not compare().found


def test_a_change_that_commits_late_under_an_early_id_is_not_missed(world: World) -> None:
    indexer.drain()
    made = problem(product=world.focus, title="Sunroof leaks")
    early = Change.objects.get(object_id=made.pk, kind="problem")
    Change.objects.filter(pk=early.pk).delete()  # its transaction has taken the id and has not committed yet
    problem(product=world.focus, title="Horn silent")
    indexer.drain()
    assert ids("sunroof") == []
    assert chosen().cursor().gaps
    Change.objects.create(id=early.pk, kind="problem", object_id=made.pk)
    assert indexer.drain() == 1
    assert ids("sunroof") == [made.pk]
    assert chosen().cursor().gaps == ()


def test_only_one_indexer_writes(world: World) -> None:
    indexer.drain()
    with chosen().only_writer(), pytest.raises(IndexerBusy):
        indexer.drain()
    assert indexer.drain() == 0


def test_drained_rows_are_forgotten_after_a_week_and_not_before(world: World) -> None:
    from datetime import timedelta

    from django.utils import timezone

    indexer.drain()
    old = Change.objects.order_by("id").first()
    assert old is not None
    Change.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))
    kept = Change.objects.count() - 1
    indexer.drain()
    assert Change.objects.count() == kept


def test_an_index_of_another_database_is_rebuilt(world: World) -> None:
    indexer.drain()
    with chosen().only_writer():
        elsewhere = Cursor(seen=999_999, drained_at=chosen().cursor().drained_at)
        chosen().write(documents=(), outdated=[f"problem:{world.founding.pk}"], position=elsewhere)
    assert ids("gearbox") == []
    indexer.drain()
    assert ids("gearbox") == [world.founding.pk]


# The search library leaves the file open in which it met the damage.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("harm", ["truncate", "garbage", "delete files", "delete folder", "delete all"])
def test_a_damaged_index_says_so_and_is_rebuilt_by_the_next_drain(world: World, index_folder: Path, harm: str) -> None:
    indexer.drain()
    ids("gearbox")
    chosen().close()
    folder = index_folder / (index_folder / "current").read_text()
    if harm == "delete all":
        shutil.rmtree(index_folder)
    elif harm == "delete folder":
        shutil.rmtree(folder)
    else:
        for file in folder.iterdir():
            if harm == "truncate":
                file.write_bytes(file.read_bytes()[:20])
            elif harm == "garbage":
                file.write_bytes(b"\x00garbage" * 50)
            else:
                file.unlink()
    with pytest.raises(EngineUnavailable):
        ids("gearbox")
    gc.collect()
    indexer.drain()
    assert ids("gearbox") == [world.founding.pk]


def test_rebuilding_beside_keeps_readers_answering_and_leaves_one_folder(world: World, index_folder: Path) -> None:
    call_command("rebuild_search", verbosity=0, stdout=StringIO())
    before = (index_folder / "current").read_text()
    assert ids("gearbox") == [world.founding.pk]
    out = StringIO()
    call_command("rebuild_search", verbosity=0, stdout=out)
    assert "documents" in out.getvalue()
    assert (index_folder / "current").read_text() != before
    assert ids("gearbox") == [world.founding.pk]
    assert len(list(index_folder.glob("v*-*"))) == 1


def test_check_search_agrees_after_a_rebuild_and_names_what_differs(world: World) -> None:
    indexer.drain()
    out = StringIO()
    call_command("check_search", stdout=out)
    assert "agree" in out.getvalue()
    Problem.objects.filter(pk=world.founding.pk).update(title="Changed behind the feed's back")
    Problem.objects.filter(pk=world.idle.pk).update(state="deleted")
    with pytest.raises(CommandError):
        call_command("check_search", stdout=out)
    assert f"1 outdated: problem:{world.founding.pk}" in out.getvalue()
    assert f"1 left over: problem:{world.idle.pk}" in out.getvalue()


def test_run_indexer_once_drains(world: World) -> None:
    indexer.drain()
    problem(product=world.focus, title="Sunroof leaks")
    out = StringIO()
    call_command("run_indexer", once=True, stdout=out)
    assert "Drained 1 changes" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_four_readers_get_whole_answers_while_the_indexer_commits(world: World) -> None:
    indexer.drain()
    stop = threading.Event()
    failures: list[BaseException] = []
    answers = [0]

    def read() -> None:
        try:
            while not stop.is_set():
                assert ids("gearbox")[:1] == [world.founding.pk]
                answers[0] += 1
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(8):
        problem(product=world.focus, title=f"Sunroof leak number {number}")
        indexer.drain()
    for _ in range(4):
        indexer.rebuild()
    stop.set()
    for reader in readers:
        reader.join(timeout=20)
    assert failures == []
    assert answers[0] > 8
    assert len(ids("sunroof")) == 8


def until(reached: Callable[[], bool]) -> None:
    """Wait for another thread's work; what never comes fails."""
    for _ in range(600):
        if reached():
            return
        time.sleep(0.05)
    pytest.fail("it never came")


@pytest.mark.django_db(transaction=True)
def test_the_running_indexer_shows_changes_to_everybody_and_heals_a_deleted_index_by_itself(
    world: World, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "POLL", 0.05)
    monkeypatch.setattr(indexer, "PAUSE_AFTER_FAILURE", 0.05)
    stop = threading.Event()
    thread = threading.Thread(target=indexer.run, args=(stop,))
    wanted = Wanted(stems=dict.fromkeys(stems("sunroof"), 1.0))

    def indexed() -> bool:
        try:
            return bool(ids("sunroof"))
        except EngineUnavailable:
            return False

    indexer.drain()
    thread.start()
    try:
        made = problem(product=world.focus, title="Sunroof leaks")
        assert find(wanted, Kind.PROBLEM, limit=5).ids == (made.pk,)  # its author, at once
        until(indexed)
        shutil.rmtree(index_folder)
        assert find(wanted, Kind.PROBLEM, limit=5).ids == (made.pk,)
        until(indexed)
    finally:
        stop.set()
        thread.join(timeout=30)
    assert not compare().found
