"""A Stack Exchange site: questions become problems of one product, answers fixes, with everything that hangs on them.

Nobody gets an account who never signed up: posts keep whom to name, the licence and where they stood, and votes keep
their day. What a fix costs is not in a dump and stays unsaid.
"""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from products.actions.change_feed import tell_changes
from products.actions.load_products import Step, load_products
from products.importers.engine import Importer, RowRefused, Tally, is_header
from products.models import Change, ImportRun, Product
from products.rules.naming import key_of
from wiki.actions.drafts import FixDraft, problem_content
from wiki.importers.stack_exchange_files import COLUMNS
from wiki.models import Comment, Fix, ImportedVote, Problem, Publication, Remedy, Revision
from wiki.richtext import from_html, render, words

_KINDS = frozenset({"question", "answer", "comment", "vote", "revision", "seal", "duplicate"})
_LONGEST_BODY = 100_000
_TITLE = 150
_SHORTEST_TITLE = 15  # “No.” and “Hi Ann,” are not what an answer says
_CHUNK = 500

Post = Problem | Fix
P = TypeVar("P", Problem, Fix)


@dataclass(frozen=True, slots=True)
class DumpRow:
    """A row of the dump in the order of import; the columns mean what `stack_exchange_files` puts there."""

    kind: str
    number: str
    parent: str
    at: datetime.datetime | None
    score: int
    title: str
    body: str
    person: str
    name: str
    licence: str
    extra: str


class StackExchangeImporter(Importer[DumpRow]):
    """Writes a dump that `write_in_order` has put into one CSV; posts that are there already stay as they are."""

    name = "import_stackexchange"
    batch_size = 500

    def __init__(self, *, site: str, product: Product | None = None, category: str = "") -> None:
        """Under the product, or else under the category of that name, which the run makes where it is missing."""
        self._site = site
        self._product = product
        self._category = category

    @property
    def options(self) -> dict[str, Any]:
        """A run goes on only for the same site and product."""
        if self._category:
            return {"site": self._site, "category": key_of(self._category)}
        return {"site": self._site, "product": self._product.path if self._product else ""}

    def recognise(self, first_row: list[str], name: str) -> bool:
        return is_header(first_row, name, COLUMNS)

    def read(self, fields: list[str]) -> DumpRow | None:
        if len(fields) != len(COLUMNS):
            raise RowRefused(f"{len(fields)} fields, not {len(COLUMNS)}.")
        kind, number, parent, at, score, title, body, person, name, licence, extra = fields
        if kind not in _KINDS:
            raise RowRefused(f"“{kind[:20]}” is no kind of row.")
        if not re.fullmatch(r"-?\d{1,18}", number, re.ASCII):
            raise RowRefused(f"“{number[:20]}” is no number of a {kind}.")
        if not re.fullmatch(r"(-?\d{1,9})?", score, re.ASCII):
            raise RowRefused(f"“{score[:20]}” is no score.")
        if len(body) > _LONGEST_BODY:
            raise RowRefused(f"The {kind} {number} is longer than {_LONGEST_BODY:,} characters.")
        if kind == "question" and not title.strip():
            raise RowRefused(f"Question {number} has no title.")
        when = None if kind == "duplicate" else _moment(at)
        return DumpRow(
            kind, number, parent, when, int(score or 0), title.strip(), body, person, name, licence[:20], extra
        )

    def prepare(self, run: ImportRun) -> None:
        """Find or make the category, where it was asked for."""
        if self._category:
            place = (Step(Product.Level.CATEGORY, self._category),)
            self._product = Product.objects.get(pk=load_products(places=[place], run=run).ids[place])

    def write(self, records: list[DumpRow], run: ImportRun) -> Tally:
        """Write each kind of the batch, in the order in which the file has them."""
        tally = Tally()
        writers: dict[str, Callable[[list[DumpRow], ImportRun], int]] = {
            "question": self._problems,
            "answer": self._fixes,
            "comment": self._comments,
            "vote": self._votes,
            "revision": self._revisions,
            "seal": self._seals,
            "duplicate": self._duplicates,
        }
        for kind, writer in writers.items():
            rows = [row for row in records if row.kind == kind]
            created = writer(rows, run) if rows else 0
            tally.created += created
            tally.unchanged += len(rows) - created
        return tally

    # ------------------------------------------------------------ posts

    def _problems(self, rows: list[DumpRow], run: ImportRun) -> int:
        new = self._new(Problem, rows)
        made = []
        for row in new:
            symptom = from_html(row.body)
            made.append(
                Problem(
                    product=self._product,
                    title=row.title[:_TITLE],
                    symptom=symptom,
                    symptom_html=render(symptom),
                    score=row.score,
                    **self._published(row, run, f"questions/{row.number}"),
                )
            )
        Problem.objects.bulk_create(made, batch_size=_CHUNK)
        tell_changes(Change.Kind.PROBLEM, [problem.pk for problem in made])
        return len(made)

    def _fixes(self, rows: list[DumpRow], run: ImportRun) -> int:
        """The answers whose question is there; a dump keeps some whose question is gone."""
        problems = self._found(Problem, {row.parent for row in rows})
        made = []
        for row in self._new(Fix, rows):
            problem = problems.get(row.parent)
            if problem is None:
                continue
            steps = from_html(row.body)
            html = render(steps)
            made.append(
                Fix(
                    problem=problem,
                    title=_title_of(words(html), row.number),
                    steps=steps,
                    steps_html=html,
                    score=row.score,
                    **self._published(row, run, f"a/{row.number}"),
                )
            )
        Fix.objects.bulk_create(made, batch_size=_CHUNK)
        Remedy.objects.bulk_create([Remedy(fix=fix, created_by_run=run) for fix in made], batch_size=_CHUNK)
        tell_changes(Change.Kind.FIX, [fix.pk for fix in made])
        return len(made)

    def _comments(self, rows: list[DumpRow], run: ImportRun) -> int:
        posts = self._posts({row.parent for row in rows})
        made = []
        for row in self._new(Comment, rows):
            post = posts.get(row.parent)
            if post is not None:
                made.append(
                    Comment(
                        **_pointer(post),
                        body=row.body,
                        body_html=render(row.body),
                        score=row.score,
                        **self._published(row, run, f"posts/comments/{row.number}"),
                    )
                )
        Comment.objects.bulk_create(made, batch_size=_CHUNK)
        Revision.objects.bulk_create(
            [
                Revision(
                    comment=comment,
                    number=1,
                    content={"body": comment.body},
                    created_at=comment.created_at,
                    created_by_run=run,
                )
                for comment in made
            ],
            batch_size=_CHUNK,
        )
        return len(made)

    def _votes(self, rows: list[DumpRow], run: ImportRun) -> int:
        posts = self._posts({row.parent for row in rows})
        keys = [self._key("vote", row.number) for row in rows]
        there = set(ImportedVote.objects.filter(external_number__in=keys).values_list("external_number", flat=True))
        made = [
            ImportedVote(
                **_pointer(posts[row.parent]),
                kind=row.score,
                given_on=_day(row),
                external_number=key,
                created_by_run=run,
            )
            for row, key in zip(rows, keys, strict=True)
            if key not in there and row.parent in posts
        ]
        return len(ImportedVote.objects.bulk_create(made, batch_size=_CHUNK))

    # ------------------------------------------------------------ what they said before

    def _revisions(self, rows: list[DumpRow], run: ImportRun) -> int:
        """Number the edits of the posts that this run made; an edit that left title and text alone is none."""
        posts = self._posts({row.parent for row in rows}, run)
        latest = _latest(posts.values())
        made = []
        for row in rows:
            post = posts.get(row.parent)
            if post is None:
                continue
            number, content = latest.get(_name(post), (0, _content(post)))
            said = dict(content)
            if row.title and isinstance(post, Problem):
                said["title"] = row.title[1:].strip()[:_TITLE]
            if row.body:
                said["symptom" if isinstance(post, Problem) else "steps"] = row.body[1:]
            if number and said == content:
                continue
            latest[_name(post)] = (number + 1, said)
            made.append(_revision(post, number + 1, said, row, run, row.extra))
        return len(Revision.objects.bulk_create(made, batch_size=_CHUNK))

    def _seals(self, rows: list[DumpRow], run: ImportRun) -> int:
        """End each post's history with what it says now.

        The last edit is in Markdown already and replaces what was read from HTML, unless it has tags in it, which we
        show as text: then the published page is one more revision.
        """
        posts = self._posts({row.number for row in rows}, run)
        latest = _latest(posts.values())
        made = []
        for row in rows:
            post = posts.get(row.number)
            if post is None:
                continue
            number, content = latest.get(_name(post), (0, {}))
            text = content.get("symptom" if isinstance(post, Problem) else "steps", "")
            if number and "<" not in text:
                if isinstance(post, Problem):
                    post.symptom, post.symptom_html, post.title = text, render(text), content["title"]
                else:
                    post.steps, post.steps_html = text, render(text)
            elif not number or content != _content(post):
                number += 1
                made.append(_revision(post, number, _content(post), row, run, "As published"))
            post.version = number
        Revision.objects.bulk_create(made, batch_size=_CHUNK)
        problems = [post for post in posts.values() if isinstance(post, Problem)]
        fixes = [post for post in posts.values() if isinstance(post, Fix)]
        Problem.objects.bulk_update(problems, ["symptom", "symptom_html", "title", "version"], batch_size=100)
        Fix.objects.bulk_update(fixes, ["steps", "steps_html", "version"], batch_size=100)
        tell_changes(Change.Kind.PROBLEM, [post.pk for post in problems])
        tell_changes(Change.Kind.FIX, [post.pk for post in fixes])
        return len(made)

    def _duplicates(self, rows: list[DumpRow], run: ImportRun) -> int:
        """Point the problems that this run made at the one that they repeat; the first link of a problem counts."""
        mine = self._found(Problem, {row.parent for row in rows}, run)
        others = self._found(Problem, {row.extra for row in rows})
        changed: dict[int, Problem] = {}
        for row in rows:
            problem, original = mine.get(row.parent), others.get(row.extra)
            if problem is None or original is None or problem.pk == original.pk or problem.duplicate_of_id:
                continue
            if original.duplicate_of_id == problem.pk or (mine.get(row.extra, original).duplicate_of_id == problem.pk):
                continue  # each says that it repeats the other
            problem.duplicate_of = original
            changed[problem.pk] = problem
        Problem.objects.bulk_update(changed.values(), ["duplicate_of"], batch_size=_CHUNK)
        tell_changes(Change.Kind.PROBLEM, changed)
        return len(changed)

    # ------------------------------------------------------------ finding

    def _key(self, kind: str, number: str) -> str:
        return f"{self._site}:{kind}:{number}"

    def _new(self, model: type[Publication], rows: list[DumpRow]) -> list[DumpRow]:
        """The rows that are not there yet, a number that comes twice once."""
        keys = {self._key(row.kind, row.number): row for row in reversed(rows)}
        there = set(model._default_manager.filter(external_number__in=keys).values_list("external_number", flat=True))
        return [row for key, row in reversed(keys.items()) if key not in there]

    def _found(self, model: type[P], numbers: Iterable[str], run: ImportRun | None = None) -> dict[str, P]:
        kind = "question" if model is Problem else "answer"
        rows = model._default_manager.filter(external_number__in=[self._key(kind, number) for number in numbers])
        if run is not None:
            rows = rows.filter(created_by_run=run)
        return {row.external_number.rpartition(":")[2]: row for row in rows}

    def _posts(self, numbers: set[str], run: ImportRun | None = None) -> dict[str, Post]:
        return {**self._found(Problem, numbers, run), **self._found(Fix, numbers, run)}

    def _published(self, row: DumpRow, run: ImportRun, path: str) -> dict[str, Any]:
        who = row.name or (f"user {row.person}" if row.person else "an unnamed user")
        return {
            "attribution": f"{who} at {self._site}"[:160],
            "licence": row.licence,
            "source_url": f"https://{self._site}/{path}" if "." in self._site else "",
            "external_number": self._key(row.kind, row.number),
            "created_at": row.at,
            "updated_at": _moment(row.extra) if row.extra else row.at,
            "created_by_run": run,
        }


def _moment(text: str) -> datetime.datetime:
    """A moment of the dump, which is in UTC. Raises RowRefused."""
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise RowRefused(f"“{text[:30]}” is no date and time.") from None
    if not 2000 <= moment.year <= 2100:
        raise RowRefused(f"{text[:30]} is no date of a post.")
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment


def _day(row: DumpRow) -> datetime.date:
    assert row.at is not None  # only duplicates have no date
    return row.at.date()


def _name(post: Post) -> tuple[str, int]:
    return type(post).__name__, post.pk


def _pointer(post: Post) -> dict[str, Any]:
    return {"problem" if isinstance(post, Problem) else "fix": post}


def _title_of(text: str, number: str) -> str:
    """The first sentences of an answer that say something, cut at a word: a dump gives answers no title."""
    first = ""
    for sentence in re.split(r"(?<=[.!?:])\s", text.strip()[:1_000]):
        first = f"{first} {sentence}".strip()
        if len(first) >= _SHORTEST_TITLE:
            break
    if len(first) > 100:
        first = first[:100].rsplit(" ", 1)[0] + "…"
    return first or f"Answer {number}"


def _content(post: Post) -> dict[str, Any]:
    """What a post says, as a revision keeps it, without a query."""
    if isinstance(post, Problem):
        return problem_content(post)
    return FixDraft(title=post.title, steps=post.steps, cost=None, hours=None).content()


def _latest(posts: Iterable[Post]) -> dict[tuple[str, int], tuple[int, dict[str, Any]]]:
    """The last revision of each post, by its name: number and content."""
    found: dict[tuple[str, int], tuple[int, dict[str, Any]]] = {}
    posts = list(posts)
    for model, field in ((Problem, "problem_id"), (Fix, "fix_id")):
        ids = [post.pk for post in posts if isinstance(post, model)]
        rows = Revision.objects.filter(**{f"{field}__in": ids}).order_by("number")
        for pk, number, content in rows.values_list(field, "number", "content"):
            found[model.__name__, pk] = (number, content)
    return found


def _revision(post: Post, number: int, content: dict[str, Any], row: DumpRow, run: ImportRun, summary: str) -> Revision:
    return Revision(
        **_pointer(post),
        number=number,
        content=content,
        summary=summary[:160],
        created_at=row.at or run.started_at,
        created_by_run=run,
    )
