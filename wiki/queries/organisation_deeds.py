"""Everything that an organisation did here, as one list, the latest first: what its public page and its feeds show.

Job numbers are private and stand in none of it; of a report only its reason and what became of it, never on which post.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.text import Truncator

from accounts.models import Organisation
from wiki.models import Comment, DiagnosticTest, Fix, Flag, OfficialAct, Outcome, Problem, Revision
from wiki.permissions import product_of
from wiki.queries.listings import MOST_ITEMS, Cell, Item, Listing
from wiki.richtext import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wiki.permissions import Post

ON_A_PAGE = 30
WORDS_SHOWN = 140
"""Characters of what was said."""
KINDS = {
    "answer": ("Answers to problems", "answered"),
    "reply": ("Replies to outcomes", "replied to an outcome"),
    "published": ("Official diagnostics published", "published"),
    "revised": ("Official diagnostics revised", "revised"),
    "superseded": ("Official diagnostics superseded", "superseded"),
    "outcome": ("Outcomes", "reported an outcome"),
    "problem": ("Problems described", "described"),
    "fix": ("Fixes proposed", "proposed a fix"),
    "test": ("Tests added", "added a test"),
    "comment": ("Remarks", "remarked"),
    "edit": ("Edits", "edited"),
    "report": ("Reports of posts", "reported a post"),
}
"""What an organisation can have done, in the order in which its page offers it: many of it, and one."""
COLUMNS = ("kind", "product", "said", "by", "demonstration")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done. `said`: a result, a state, its words; `by`: the member's public name, where shown."""

    kind: str
    key: int
    at: datetime.datetime
    title: str
    address: str = ""
    product: str = ""
    said: str = ""
    by: str = ""
    demonstration: bool = False

    @property
    def label(self) -> str:
        """What was done, in a few words."""
        return KINDS[self.kind][1]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of it: a kind and a year; neither is needed, and what is unknown is left out."""

    kind: str = ""
    year: int | None = None

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Asked:
        """What an address says."""
        kind, year = said.get("kind", ""), said.get("year", "")
        known = year.isascii() and year.isdigit() and len(year) == len("2026") and year >= "1900"
        return cls(kind if kind in KINDS else "", int(year) if known else None)


@dataclass(frozen=True, slots=True)
class Deeds:
    """A page of what was done, how much there is of each kind in the year asked for, and the years to choose from."""

    asked: Asked
    page: Page[Deed]
    counts: tuple[tuple[str, str, int], ...]
    years: tuple[int, ...]

    @property
    def total(self) -> int:
        """How much was done in the year asked for, of every kind."""
        return sum(count for _, _, count in self.counts)


def deeds_of(organisation: Organisation, asked: Asked, *, number: str | None, today: datetime.date) -> Deeds:
    """A page of deeds: a query for the counts, the years, the order, and each kind on the page."""
    sources = _sources(organisation, asked.year)
    counts = _counts(organisation, sources)
    rows = _Rows(sources, asked, counts[asked.kind] if asked.kind else sum(counts.values()))
    page: Page[Deed] = Paginator(rows, ON_A_PAGE).get_page(number)
    first = _ordered(_sources(organisation, None)).order_by("moment").first()
    years = tuple(range(today.year, first["moment"].year - 1, -1)) if first is not None else ()
    shown = tuple((kind, label, counts[kind]) for kind, (label, _) in KINDS.items() if counts[kind])
    return Deeds(asked, page, shown, years)


def deeds_listing(organisation: Organisation, asked: Asked) -> Listing:
    """The latest deeds as feeds and tables show them."""
    path = organisation.get_absolute_url()
    said = "&".join(f"{name}={value}" for name, value in (("kind", asked.kind), ("year", asked.year)) if value)
    what = KINDS[asked.kind][0].lower() if asked.kind else "what it did here"
    rows = _Rows(_sources(organisation, asked.year), asked, MOST_ITEMS)
    return Listing(
        title=f"{organisation.name}: {what}{f', {asked.year}' if asked.year else ''}",
        path=f"{path}?{said}" if said else path,
        items=tuple(_item(deed, path) for deed in rows[:MOST_ITEMS]),
        columns=COLUMNS,
    )


def _item(deed: Deed, page: str) -> Item:
    cells: dict[str, Cell] = {
        "kind": deed.kind,
        "product": deed.product,
        "said": deed.said,
        "by": deed.by,
        "demonstration": "demonstration" if deed.demonstration else "",
    }
    return Item(
        key=f"deed/{deed.kind}/{deed.key}",
        path=deed.address or page,
        title=f"{deed.label.capitalize()}: {deed.title}",
        summary=", ".join(filter(None, (deed.said, deed.product, deed.by))),
        published=deed.at,
        updated=deed.at,
        tags=tuple(filter(None, (deed.kind, deed.product))),
        cells=cells,
    )


# ---------------------------------------------------------------- which rows


@dataclass(frozen=True, slots=True)
class _Source:
    """The rows of a kind, the fields with their organisation and moment, and what is read of those on a page."""

    rows: QuerySet[Any]
    related: tuple[str, ...]
    organisation: str = "organisation"
    at: str = "created_at"


def _sources(organisation: Organisation, year: int | None) -> dict[str, _Source]:
    """What everybody may see of each kind."""
    problem, fix = _published("problem"), _published("fix", "fix__problem")
    remedy = Q(remedy__fix=None) | _published("remedy__fix", "remedy__fix__problem")
    spoken = Comment.objects.filter(state=Comment.State.PUBLISHED)
    outcomes = Outcome.objects.counted().filter(remedy)
    remarks = spoken.filter(is_official=False, outcome=None).filter(problem | fix)
    on_post = ("problem__product", "fix__problem__product", "author")
    remedies = ("remedy__fix", "remedy__diagnostic", "product", "member")
    acts = {
        str(kind): _Source(OfficialAct.objects.filter(kind=kind), ("diagnostic", "by")) for kind in OfficialAct.Kind
    }
    found = {
        "answer": _Source(spoken.filter(problem, is_official=True), on_post),
        "reply": _Source(
            spoken.filter(outcome__in=outcomes),
            ("outcome__remedy__fix", "outcome__remedy__diagnostic", "outcome__product"),
        ),
        **acts,
        "outcome": _Source(outcomes, remedies, organisation="affiliation"),
        "problem": _Source(Problem.objects.filter(state=Problem.State.PUBLISHED), ("product", "author")),
        "fix": _Source(Fix.objects.filter(problem, state=Fix.State.PUBLISHED), ("problem__product", "author")),
        "test": _Source(
            DiagnosticTest.objects.filter(problem, state=DiagnosticTest.State.PUBLISHED), ("problem__product", "author")
        ),
        "comment": _Source(remarks, on_post),
        "edit": _Source(
            Revision.objects.filter(number__gt=1).filter(
                problem
                | fix
                | _published("test", "test__problem")
                | Q(outcome__in=outcomes)
                | Q(comment__in=spoken.filter(problem | fix | Q(outcome__in=outcomes)))
            ),
            (
                "problem__product",
                "fix__problem__product",
                "test__problem__product",
                "outcome__remedy__fix",
                "outcome__remedy__diagnostic",
                "outcome__product",
                "comment__problem__product",
                "comment__fix__problem__product",
                "comment__outcome__remedy__fix",
                "comment__outcome__remedy__diagnostic",
                "comment__outcome__product",
                "author",
            ),
        ),
        "report": _Source(Flag.objects.all(), ()),
    }
    return {kind: _limited(found[kind], organisation, year) for kind in KINDS}


def _limited(source: _Source, organisation: Organisation, year: int | None) -> _Source:
    rows = source.rows.filter(**{source.organisation: organisation}).order_by()
    if year is not None:
        rows = rows.filter(**{f"{source.at}__year": year})
    return _Source(rows, source.related, source.organisation, source.at)


def _published(*posts: str) -> Q:
    return Q(**{f"{post}__state": "published" for post in posts})


def _counts(organisation: Organisation, sources: Mapping[str, _Source]) -> dict[str, int]:
    """How much there is of each kind: one query."""
    counts = {
        f"n_{kind}": Coalesce(
            Subquery(
                source.rows.values(source.organisation).annotate(n=Count("pk")).values("n"), output_field=IntegerField()
            ),
            0,
        )
        for kind, source in sources.items()
    }
    rows: QuerySet[Any] = Organisation.objects.filter(pk=organisation.pk).order_by()
    found: dict[str, int] = rows.values(**counts).get()
    return {kind: found[f"n_{kind}"] for kind in sources}


def _ordered(sources: Mapping[str, _Source]) -> QuerySet[Any]:
    """Kind, id and moment of all of it, not yet in an order."""
    first, *others = (
        source.rows.annotate(deed=Value(kind, CharField()), key=F("pk"), moment=F(source.at)).values(
            "deed", "key", "moment"
        )
        for kind, source in sources.items()
    )
    return first.union(*others, all=True) if others else first


class _Rows(Sequence[Deed]):
    """Deeds as a paginator slices them: the database orders, and only what is on the page is read whole."""

    def __init__(self, sources: Mapping[str, _Source], asked: Asked, count: int) -> None:
        self._sources = sources
        self._count = count
        wanted = {asked.kind: sources[asked.kind]} if asked.kind else sources
        self._order = _ordered(wanted).order_by("-moment", "deed", "-key")

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, wanted: int) -> Deed: ...

    @overload
    def __getitem__(self, wanted: slice) -> list[Deed]: ...

    def __getitem__(self, wanted: int | slice) -> Deed | list[Deed]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        places = [(row["deed"], row["key"]) for row in self._order[wanted]]
        keys: dict[str, list[int]] = defaultdict(list)
        for kind, key in places:
            keys[kind].append(key)
        read = {kind: self._read(kind, of) for kind, of in keys.items()}
        return [read[kind][key] for kind, key in places if key in read[kind]]

    def _read(self, kind: str, keys: Collection[int]) -> dict[int, Deed]:
        source = self._sources[kind]
        rows = source.rows.select_related(*source.related) if source.related else source.rows
        return {row.pk: _deed(kind, row) for row in rows.filter(pk__in=keys)}


# ---------------------------------------------------------------- in words


def _deed(kind: str, row: Any) -> Deed:
    at: datetime.datetime = row.created_at
    if isinstance(row, Flag):
        what = next(name for name in ("problem", "fix", "comment", "outcome", "photo") if getattr(row, f"{name}_id"))
        state = "waits for a moderator" if row.state == Flag.State.OPEN else row.get_state_display()
        article = "an" if what == "outcome" else "a"
        return Deed(kind, row.pk, at, f"{article} {what} as {row.get_reason_display()}", said=state)
    if isinstance(row, OfficialAct):
        by = f"by {row.by.number}" if row.by is not None else ""
        diagnostic = row.diagnostic
        return Deed(kind, row.pk, at, str(diagnostic), diagnostic.get_absolute_url(), said=by)
    if isinstance(row, Revision):
        post: Post | None = row.problem or row.fix or row.test or row.outcome or row.comment
        assert post is not None  # revision_of_one_post
        return Deed(
            kind, row.pk, at, _title(post), _address(post), str(product_of(post)), row.summary, _name(row.author)
        )
    said = row.get_result_display() if isinstance(row, Outcome) else ""
    if isinstance(row, Comment):
        said = f"“{Truncator(words(row.body_html)).chars(WORDS_SHOWN)}”"
    by = _name(row.member if isinstance(row, Outcome) else row.author)
    own_word = isinstance(row, Comment) and row.is_for_organisation
    return Deed(
        kind=kind,
        key=row.pk,
        at=at,
        title=_title(row),
        address=_address(row),
        product=str(product_of(row)),
        said=said,
        by="" if own_word else by,
        demonstration=row.is_demonstration,
    )


def _name(member: Any) -> str:
    return str(member) if member is not None else ""


def _title(post: Post) -> str:
    if isinstance(post, Comment):
        return _title(post.problem or post.fix or post.outcome)  # type: ignore[arg-type]
    return post.remedy.title if isinstance(post, Outcome) else str(post)


def _address(post: Post) -> str:
    if isinstance(post, Outcome):
        return post.remedy.get_absolute_url()
    return post.get_absolute_url()  # type: ignore[union-attr]
