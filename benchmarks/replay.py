"""Votes of real question sites replayed into the ledgers: nothing breaks, and what early evidence says of the answer.

python -m benchmarks.replay [--json] [--size votes of each site; 0 for all]

Dumps publish votes with their day and without their voter. Each is given to one of the site's people who could have
cast it: drawn by how many votes a person gave there, never the author, once per post, within the limits of a day.
Everybody begins with the hundred points that these sites give to members of another site. An accepted answer is
replayed as the asker's outcome. Posts, votes and outcomes go through the project's own acts.

For each question with an accepted answer and at least two answers, the answers are ranked by what was known on the day
before it was accepted: by the chance that the project's rules give them, by raw score, by age. The figure is the mean
reciprocal rank of the accepted one, ties counted by their average. Without the published dumps (beside the project, or
FIXLORE_SHARED_DATA) an invented site is replayed.
"""

import bisect
import contextlib
import datetime
import itertools
import os
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

SEED = 11
SITES = ("bicycles_meta", "french_meta")
OPENING = 100
UP, DOWN, ACCEPTED = "2", "3", "1"
Day = datetime.date


@dataclass
class Post:
    """A question or an answer of a dump."""

    number: str
    is_question: bool
    parent: str
    author: str
    at: datetime.datetime
    title: str


@dataclass
class Dump:
    """A site: posts by number, dated votes in order, and its people with how many votes each gave."""

    name: str
    posts: dict[str, Post]
    votes: list[tuple[Day, str, str]]
    people: dict[str, tuple[Day, int]] = field(default_factory=dict)


def measure(size: int) -> tuple[Figures, Figures]:
    """Replay each site on a new SQLite site and rank its answers by early evidence."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIXLORE_DATA"] = folder
        os.environ["FIXLORE_LOG_LEVEL"] = "WARNING"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        (Path(folder) / "static").mkdir()

        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        dumps = list(_published()) or [_invented()]
        sizes = {dump.name: len(dump.votes[: size or None]) for dump in dumps}
        figures: dict[str, Any] = {}
        for dump in dumps:
            figures[dump.name] = _Replay(dump).go(size) | _early(dump)
        figures["invariants"] = _invariants()
    return {"votes": sizes, "published": dumps[0].name in SITES}, figures


# ---------------------------------------------------------------- the dumps


def _published() -> Iterator[Dump]:
    from wiki.importers.stack_exchange_files import rows_of

    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    data = Path(os.environ.get("FIXLORE_SHARED_DATA") or beside) / "stack_exchange"
    for site in SITES:
        folder = data / site
        if not folder.is_dir():
            continue
        posts = {
            row["Id"]: Post(
                row["Id"], row["PostTypeId"] == "1", row.get("ParentId", ""), row.get("OwnerUserId", ""),
                _time(row["CreationDate"]), row.get("Title", ""),
            )
            for row in rows_of(folder, "Posts", needed=True)
            if row["PostTypeId"] in ("1", "2")
        }  # fmt: skip
        votes = sorted(
            (_time(row["CreationDate"]).date(), row["PostId"], row["VoteTypeId"])
            for row in rows_of(folder, "Votes")
            if row["VoteTypeId"] in (UP, DOWN, ACCEPTED) and row["PostId"] in posts
        )
        people = {
            row["Id"]: (_time(row["CreationDate"]).date(), 1 + int(row["UpVotes"] or 0) + int(row["DownVotes"] or 0))
            for row in rows_of(folder, "Users")
        }
        yield Dump(site, posts, votes, people)


def _invented() -> Dump:
    """A small site with one good answer to each question, which votes find more often than not."""
    chance, day = random.Random(SEED), datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    people = {str(number): (day.date(), 1 + number) for number in range(60)}
    posts, votes, number = {}, [], itertools.count(1)
    for question in range(60):
        at = day + datetime.timedelta(days=question)
        asked = Post(str(next(number)), True, "", str(question % 50), at, f"Question {question}")
        posts[asked.number] = asked
        answers = [
            Post(str(next(number)), False, asked.number, str((question + 1 + place) % 50), at, "") for place in range(3)
        ]
        posts |= {answer.number: answer for answer in answers}
        good = chance.choice(answers)
        for answer in answers:
            for _ in range(chance.randrange(2, 8)):
                up = chance.random() < (0.9 if answer is good else 0.6)
                votes.append((at.date() + datetime.timedelta(days=1), answer.number, UP if up else DOWN))
        votes.append((at.date() + datetime.timedelta(days=5), good.number, ACCEPTED))
    return Dump("invented", posts, sorted(votes), people)


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text[:23]).replace(tzinfo=datetime.UTC)


# ---------------------------------------------------------------- through the acts


class _Replay:
    """One site played through the project's acts, day by day."""

    def __init__(self, dump: Dump) -> None:
        from products.actions.tree import add_product

        self.dump = dump
        self.chance = random.Random(SEED)
        self.product = add_product(parent=None, kind="category", name=f"Replay of {dump.name}")
        self.members: dict[str, Any] = {}
        self.made: dict[str, Any] = {}
        self.counts: Counter[str] = Counter()
        self.voted: set[tuple[str, str]] = set()
        self.today: Counter[Any] = Counter()
        self.order = sorted(dump.people, key=lambda person: (dump.people[person][0], int(person)))
        self.joined = [dump.people[person][0] for person in self.order]
        self.weights = list(itertools.accumulate(dump.people[person][1] for person in self.order))

    def go(self, size: int) -> Figures:
        """Play the first `size` votes (all at 0) with the posts that they stand on; counts and seconds per vote."""
        votes = self.dump.votes[: size or None]
        started = time.perf_counter()
        for day, of_day in itertools.groupby(votes, key=lambda vote: vote[0]):
            self.today.clear()
            for number, (_, post, kind) in enumerate(of_day):
                at = datetime.datetime.combine(day, datetime.time(23, 0), datetime.UTC)
                self._vote(post, kind, at + datetime.timedelta(milliseconds=number))
        seconds = time.perf_counter() - started
        return {**self.counts, "votes_per_s": round(len(votes) / seconds)}

    def _vote(self, number: str, kind: str, at: datetime.datetime) -> None:
        from accounts.errors import Refusal
        from wiki.actions.votes import cast_vote

        post = self._post(number, at)
        if post is None:
            self.counts["left_aside"] += 1
            return
        if kind == ACCEPTED:
            self._accept(number, at)
            return
        value = 1 if kind == UP else -1
        voter = self._voter(number, value, at.date())
        if voter is None:
            self.counts["nobody_could_have"] += 1
            return
        try:
            cast_vote(post=post, value=value, reason="unclear" if value < 0 else "", actor=self._member(voter), now=at)
        except Refusal as refusal:
            self.counts[f"refused: {type(refusal).__name__}"] += 1
        else:
            self.counts["up" if value > 0 else "down"] += 1

    def _accept(self, number: str, at: datetime.datetime) -> None:
        from accounts.errors import Refusal
        from wiki.actions.drafts import OutcomeDraft
        from wiki.actions.outcomes import record_outcome

        answer = self.dump.posts[number]
        asker = self.dump.posts[answer.parent].author if answer.parent in self.dump.posts else ""
        if not asker or asker == answer.author:
            self.counts["accepted_own_or_by_nobody"] += 1
            return
        draft = OutcomeDraft(result="worked", product=self.product, happened_on=at.date())
        try:
            record_outcome(remedy=self.made[number].remedy, draft=draft, actor=self._member(asker), now=at)
            self.counts["accepted"] += 1
        except Refusal as refusal:
            self.counts[f"refused: {type(refusal).__name__}"] += 1

    def _post(self, number: str, at: datetime.datetime) -> Any:
        from wiki.actions.drafts import FixDraft, ProblemDraft
        from wiki.actions.fixes import propose_fix
        from wiki.actions.problems import ask_problem

        if number in self.made:
            return self.made[number]
        post = self.dump.posts[number]
        author = self._member(post.author or "nobody")
        if post.is_question:
            draft = ProblemDraft(product=self.product, title=post.title[:150] or "Question", symptom="As in the dump.")
            self.made[number] = ask_problem(draft=draft, actor=author, now=at)
        elif post.parent in self.dump.posts:
            problem = self._post(post.parent, at)
            answer = FixDraft(title="Answer", steps="As in the dump.", cost=None, hours=None)
            self.made[number] = propose_fix(problem=problem, draft=answer, actor=author, now=at)
        return self.made.get(number)

    def _member(self, person: str) -> Any:
        from accounts.models import ReputationEvent, User

        if person not in self.members:
            name = f"{self.dump.name.replace('_', '-')[:12]}-{person}"
            member = User.objects.create(username=name, email=f"{name}@example.org", reputation=OPENING)
            ReputationEvent.objects.create(
                member=member, event="fix_voted_up", points=OPENING, cause="opening",
                created_at=datetime.datetime(2008, 1, 1, tzinfo=datetime.UTC),
            )  # fmt: skip
            self.members[person] = member
        return self.members[person]

    def _voter(self, number: str, value: int, day: Day) -> str | None:
        """Somebody who could have cast the vote, drawn by how many votes people gave."""
        author = self.dump.posts[number].author or "nobody"
        there = bisect.bisect_right(self.joined, day)
        for _ in range(200):
            if not there:
                break
            draw = self.chance.random() * self.weights[there - 1]
            person = self.order[bisect.bisect_right(self.weights, draw, 0, there - 1)]
            most_of_author = 6 if value > 0 else 3
            if (
                person != author
                and (person, number) not in self.voted
                and self.today[person] < 30
                and self.today[person, author, value] < most_of_author
            ):
                self.voted.add((person, number))
                self.today[person] += 1
                self.today[person, author, value] += 1
                return person
        return None


def _invariants() -> Figures:
    """What must hold after all of it; a benchmark that breaks one of these fails."""
    from django.core.management import call_command, get_commands
    from django.db.models import Max, Min, Sum

    from accounts.models import CalibrationEvent, ReputationEvent, User
    from accounts.queries.calibration import wrong_calibrations
    from accounts.queries.reputation import wrong_scores
    from wiki.models import Fix, Problem, Vote

    assert not wrong_scores(), "a reputation differs from its ledger"
    recomputed = _recomputed()
    stored = dict(User.objects.values_list("pk", "reputation"))
    assert stored == {member: recomputed.get(member, 1) for member in stored}, "points recomputed differ"
    for model, name in ((Fix, "fix"), (Problem, "problem")):
        sums = dict(
            Vote.objects.filter(**{f"{name}__isnull": False}, is_left_out=False)
            .order_by()
            .values_list(name)
            .annotate(Sum("value"))
        )
        for pk, score in model.objects.values_list("pk", "score"):
            assert score == sums.get(pk, 0), f"the score of {name} {pk} is not the sum of its votes"
    with contextlib.redirect_stdout(None), open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        for command in ("calibrate_trust", "calibrate_trust", "check_trust", "check_reputation", "check_evidence"):
            if command in get_commands():
                call_command(command, verbosity=0, stdout=nowhere)
    assert not wrong_calibrations(), "points of trust differ from their ledger"
    rows = CalibrationEvent.objects.order_by().values_list("member", "cause").annotate(number=Sum("points"))
    ends = ReputationEvent.objects.aggregate(most=Max("points"), least=Min("points"))
    return {
        "members": len(stored),
        "ledger_rows": ReputationEvent.objects.count(),
        "calibration_rows": len(rows),
        "most_points_of_a_row": ends["most"],
        "broken": 0,
    }


def _recomputed() -> dict[int, int]:
    """Everybody's reputation worked out again from votes and outcomes by themselves, without the ledger."""
    from wiki.models import Outcome, Vote

    events: list[tuple[datetime.datetime, int, int, int, bool]] = []
    rows = Vote.objects.values_list("pk", "created_at", "value", "voter", "fix__author", "problem__author", "fix")
    for pk, at, value, voter, fix_author, problem_author, fix in rows:
        author = fix_author or problem_author
        if value > 0:
            events.append((at, pk, author, 10 if fix else 5, True))
        else:
            events += [(at, pk, author, -2, False), (at, pk, voter, -1, False)]
    for pk, at, member in Outcome.objects.values_list("pk", "created_at", "member"):
        events.append((at, pk, member, 3, False))
    points: Counter[int] = Counter()
    by_day: Counter[tuple[int, Day]] = Counter()
    for at, _, member, worth, is_capped in sorted(events):
        if is_capped:
            worth = min(worth, max(0, 200 - by_day[member, at.date()]))
            by_day[member, at.date()] += worth
        points[member] += worth
    from accounts.models import User

    return {member: max(1, OPENING + points[member]) for member in User.objects.values_list("pk", flat=True)}


# ---------------------------------------------------------------- early evidence


def _early(dump: Dump) -> Figures:
    """The mean reciprocal rank of accepted answers by what was known before, and how many questions there are."""
    accepted = {post: day for day, post, kind in dump.votes if kind == ACCEPTED}
    answers: dict[str, list[Post]] = defaultdict(list)
    for post in dump.posts.values():
        if not post.is_question:
            answers[post.parent].append(post)
    votes: dict[str, list[tuple[Day, int]]] = defaultdict(list)
    for day, post, kind in dump.votes:
        if kind != ACCEPTED:
            votes[post].append((day, 1 if kind == UP else -1))
    rankers: dict[str, Callable[[Post, list[int]], float]] = {
        "fixlore": lambda post, cast: _chance(cast.count(1), cast.count(-1)),
        "raw_score": lambda post, cast: sum(cast),
        "oldest_first": lambda post, cast: -post.at.timestamp(),
    }
    totals: Counter[str] = Counter()
    questions = 0
    for number, day in accepted.items():
        of_question = [one for one in answers[dump.posts[number].parent] if one.at.date() < day]
        if len(of_question) < 2 or number not in {one.number for one in of_question}:
            continue
        questions += 1
        known = {one.number: [value for cast, value in votes[one.number] if cast < day] for one in of_question}
        for name, ranker in rankers.items():
            values = {one.number: ranker(one, known[one.number]) for one in of_question}
            totals[name] += _reciprocal(values, number)
        totals["by_chance"] += sum(1 / rank for rank in range(1, len(of_question) + 1)) / len(of_question)
    names = (*rankers, "by_chance")
    return {"questions": questions} | {f"mrr_{name}": round(totals[name] / max(1, questions), 4) for name in names}


def _chance(up: int, down: int) -> float:
    """The chance of a community fix that has nothing but these votes, by the rules of the plan."""
    from wiki.rules.chance import climb
    from wiki.rules.evidence import NOBODY, Level
    from wiki.rules.judgement import Judgement

    rules = Judgement()
    weight = rules.unit_vote * rules.first_trust("vote")
    level = Level("here", {"vote": (up * weight, down * weight)}, {"vote": NOBODY})
    rung = climb([level], "community", rules)[-1]
    return rung.a / (rung.a + rung.b)


def _reciprocal(values: dict[str, float], target: str) -> float:
    """The reciprocal rank of the target, the average over its ties."""
    better = sum(value > values[target] for value in values.values())
    equal = sum(value == values[target] for value in values.values())
    return sum(1 / rank for rank in range(better + 1, better + equal + 1)) / equal


if __name__ == "__main__":
    run("replay", measure, small=150, seed=SEED)
