"""What is known of remedies orders what matches nearly as well, and the page says so."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from products.models import Change
from tests.builders.accounts import make_admin
from tests.builders.products import make_diagnostic, make_product
from tests.builders.wiki import (
    make_fix,
    make_link,
    make_outcome,
    make_problem,
    make_regular,
    make_remedy,
    make_vote,
)
from tests.wiki.search.test_search_page import by_testid, page, titles
from wiki.models import Fix, Outcome, Problem
from wiki.queries.qualities import due_between, qualities_of
from wiki.rules.quality import CYCLE, reckoned_on
from wiki.search import database, indexer, whoosh_engine
from wiki.search.check import compare
from wiki.search.documents import documents_of
from wiki.search.engine import MOST_BY_QUALITY, Kind, Wanted, blended
from wiki.search.finding import find
from wiki.search.words import stems

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def pair() -> tuple[Problem, Problem]:
    """Two problems with the same words on one product; five of six verified owners were helped by the second's fix."""
    first = make_problem(title="Wipers stop halfway", symptom="They stop in the rain.")
    second = make_problem(title="Wipers stop halfway", symptom="They stop in the rain.", product=first.product)
    for one in (first, second):
        make_fix(problem=one, title="Grease the linkage")
    fix = Fix.objects.get(problem=second)
    for number in range(6):
        make_outcome(fix=fix, tier="owner", now=NOW, result="failed" if number == 5 else Outcome.Result.WORKED)
    return first, second


def wanted(text: str, **more: Any) -> Wanted:
    return Wanted(stems=dict.fromkeys(stems(text), 1.0), **more)


def test_of_equal_words_the_problem_whose_fix_worked_stands_first(pair: tuple[Problem, Problem]) -> None:
    first, second = pair
    indexer.drain()
    hits = whoosh_engine.find(wanted("wipers stop"), Kind.PROBLEM, limit=10).hits

    assert [hit.object_id for hit in hits] == [second.pk, first.pk]
    assert hits[0].quality == qualities_of([first.pk, second.pk], today=NOW.date())[second.pk] > 300
    assert hits[1].quality == 0
    assert hits[0].score_of_words == pytest.approx(hits[1].score, rel=0.05)


def test_clearly_better_words_stand_first_whatever_is_known(pair: tuple[Problem, Problem]) -> None:
    better = make_problem(title="Wipers stop halfway and squeal", symptom="They stop in the rain.")
    indexer.drain()
    assert find(wanted("wipers stop squeal"), Kind.PROBLEM, limit=10).ids[0] == better.pk
    assert blended(100, 0, 1000) == pytest.approx(100 * (1 + MOST_BY_QUALITY))
    assert blended(10, 1, 0) > blended(500, 0, 1000)
    assert blended(0, 1, 400) > blended(0, 1, 0)


def test_among_those_with_a_code_in_common_the_one_with_a_fix_that_worked_stands_first(
    pair: tuple[Problem, Problem],
) -> None:
    indexer.drain()
    hits = whoosh_engine.find(Wanted(codes=("P0571",)), Kind.PROBLEM, limit=10).hits
    assert [hit.object_id for hit in hits] == [pair[1].pk, pair[0].pk]
    assert hits[0].score < 2 * hits[1].score


def test_the_database_and_ones_own_changes_are_ordered_alike(pair: tuple[Problem, Problem]) -> None:
    first, second = pair
    by_database = database.find(wanted("wipers stop"), Kind.PROBLEM, limit=10)
    assert [hit.object_id for hit in by_database.hits] == [second.pk, first.pk]
    indexer.drain()
    indexed = whoosh_engine.find(wanted("wipers stop"), Kind.PROBLEM, limit=10).hits
    for one in pair:
        Change.objects.create(kind="problem", object_id=one.pk)
    overlaid = find(wanted("wipers stop"), Kind.PROBLEM, limit=10)
    assert overlaid.ids == (second.pk, first.pk)
    assert dict(overlaid.quality) == {hit.object_id: hit.quality for hit in indexed if hit.quality}


@pytest.mark.parametrize("act", ["outcome", "vote", "relapse", "official outcome", "danger"])
def test_whatever_changes_what_is_known_reaches_the_index(pair: tuple[Problem, Problem], act: str) -> None:
    from wiki.actions.flags import flag_post
    from wiki.actions.outcomes import mark_came_back

    first, second = pair
    fix = Fix.objects.get(problem=second)
    diagnostic = make_diagnostic()
    diagnostic.coverage.create(product=first.product)
    make_link(problem=first, diagnostic=diagnostic)
    indexer.drain()
    before = document(second).quality, document(first).quality
    if act == "outcome":
        make_outcome(fix=fix, tier="owner", now=NOW)
    elif act == "vote":
        make_vote(post=fix, now=NOW)
    elif act == "relapse":
        outcome = Outcome.objects.filter(remedy__fix=fix, result="worked").first()
        mark_came_back(outcome=outcome, on=NOW.date(), actor=outcome.member, now=NOW)
    elif act == "official outcome":
        make_outcome(remedy=make_remedy(diagnostic=diagnostic), product=first.product, tier="owner", now=NOW)
    else:
        flag_post(post=fix, reason="dangerous", note="It can catch fire.", actor=make_regular(), now=NOW)

    assert (document(second).quality, document(first).quality) != before
    assert indexer.drain() > 0
    assert not compare().found


def document(problem: Problem) -> Any:
    return next(iter(documents_of(Kind.PROBLEM, [problem.pk])))


def test_the_check_names_a_quality_that_changed_behind_the_feeds_back(pair: tuple[Problem, Problem]) -> None:
    from wiki.models import NodeEvidence

    indexer.drain()
    assert not compare().found
    NodeEvidence.objects.update(success=0.0, failure=9.0)
    assert compare().outdated == {f"problem:{pair[1].pk}"}


def test_a_quality_grows_older_once_in_four_weeks_without_anybodys_doing(
    pair: tuple[Problem, Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    second = pair[1]
    indexer.drain()
    before = document(second).quality
    today = NOW.date()
    day = reckoned_on(second.pk, today) + datetime.timedelta(days=CYCLE)
    assert due_between(day - datetime.timedelta(days=1), day) == {second.pk}
    assert due_between(day, day) == set()
    assert due_between(today, today + datetime.timedelta(days=400)) == {second.pk}
    later = datetime.datetime.combine(day, datetime.time(3), tzinfo=datetime.UTC)
    monkeypatch.setattr("wiki.search.documents.timezone.now", lambda: later)
    monkeypatch.setattr("wiki.search.indexer.time.time", later.timestamp)

    assert indexer.drain() == 0

    hits = whoosh_engine.find(wanted("wipers"), Kind.PROBLEM, limit=10).hits
    assert {hit.object_id: hit.quality for hit in hits}[second.pk] == document(second).quality < before


def test_rules_that_the_community_changed_rebuild_the_index(pair: tuple[Problem, Problem]) -> None:
    from accounts.actions.community_rules import change_rule

    indexer.drain()
    before = document(pair[1]).quality
    change_rule(name="quality_rules.enough_reports", value=30.0, reason="Too easy.", actor=make_admin(), now=NOW)
    indexer.drain()
    assert document(pair[1]).quality < before
    assert not compare().found


def test_qualities_cost_two_questions_however_many_problems(
    pair: tuple[Problem, Problem], django_assert_num_queries: Any
) -> None:
    qualities_of([], today=NOW.date())  # the community's rules are read once
    with django_assert_num_queries(2):
        qualities_of([pair[0].pk], today=NOW.date())
    with django_assert_num_queries(2):
        qualities_of(list(range(500)), today=NOW.date())


def test_the_page_says_for_how_many_a_fix_worked(client: Client, pair: tuple[Problem, Problem]) -> None:
    indexer.drain()
    tree = page(client, q="wipers stop")
    assert titles(tree)[0] == pair[1].title
    first, second = (one.text_content() for one in by_testid(tree, "why-here"))
    assert "A fix worked for 5 of 6 who tried it." in first
    assert "who tried it" not in second


def test_only_evidence_on_the_problems_own_line_counts(pair: tuple[Problem, Problem]) -> None:
    second = pair[1]
    before = qualities_of([second.pk], today=NOW.date())
    elsewhere = make_product(kind="model", parent=second.product.get_root())
    for _ in range(3):
        make_outcome(fix=Fix.objects.get(problem=second), product=elsewhere, tier="owner", now=NOW, result="failed")
    assert elsewhere.pk != second.product_id
    # Failures on another product reach the common ancestor, and say less than five owners on the product itself.
    after = qualities_of([second.pk], today=NOW.date())
    assert 0.7 * before[second.pk] < after[second.pk]


def test_a_superseded_fix_counts_no_more(pair: tuple[Problem, Problem]) -> None:
    fix = Fix.objects.get(problem=pair[1])
    assert qualities_of([pair[1].pk], today=NOW.date())
    Fix.objects.filter(pk=fix.pk).update(superseded_by=make_fix(problem=pair[1], title="Replace the linkage"))
    assert qualities_of([pair[1].pk], today=NOW.date()) == {}
