"""What a public page says in the words of schema.org, for programs that read pages: question, how-to, product, way.

One block of JSON-LD in a page, which no browser executes. It says only what the page itself shows to everybody:
published posts, the public name of their author, counts of people. Demonstration data has none: its mark would be lost
on the way. Nor has a page with a reader's circumstances in its address; its canonical address has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from wiki.richtext import steps_of, words

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from wiki.models import Fix, Problem
    from wiki.models.publication import Publication
    from wiki.queries.hub import Hub
    from wiki.queries.plan_rows import PlanRow
    from wiki.queries.problem_page import ProblemPage
    from wiki.queries.remedy_pages import FixPage

Thing = dict[str, Any]

ANSWERS_AT_MOST = 10
STEPS_AT_MOST = 40
TEXT_AT_MOST = 300
"""Characters; a page says the rest."""
ACCEPTED = frozenset({"confirmed", "established"})
"""States of a remedy in which it answers the question: three independent successes, one with evidence."""
LEFT_OUT = frozenset({"dangerous", "superseded"})

# As in Django's json_script: the text cannot end the element that holds it, nor begin a comment. What is beyond ASCII,
# the line separators U+2028 and U+2029 among it, json.dumps has escaped already.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def data_of_problem(page: ProblemPage) -> SafeString:
    """A problem as a question, its plan's remedies as answers, and the way down to it."""
    problem = page.problem
    if not _is_public(problem) or page.plan.reader.query():
        return SafeString("")
    rows = [row for row in page.plan.rows if row.state.state not in LEFT_OUT][:ANSWERS_AT_MOST]
    accepted = next((row for row in rows if row.state.state in ACCEPTED), None)
    question = {
        "@type": "Question",
        "name": problem.title,
        "text": _short(words(problem.symptom_html)),
        "url": _absolute(problem.get_absolute_url()),
        "inLanguage": problem.language or "en",
        "answerCount": len(rows),
        "upvoteCount": problem.score,
        "acceptedAnswer": _answer(accepted) if accepted is not None else None,
        "suggestedAnswer": [_answer(row) for row in rows if row is not accepted],
        **_written(problem),
    }
    return _block(
        [
            {"@type": "QAPage", "url": question["url"], "mainEntity": _said(question)},
            _way([*((crumb.label, crumb.url) for crumb in page.crumbs), (problem.title, problem.get_absolute_url())]),
        ]
    )


def data_of_fix(page: FixPage) -> SafeString:
    """A fix as a how-to, and the way down to it; none while a warning stands in front of it."""
    fix = page.fix
    if not (_is_public(fix) and _is_public(fix.problem)) or fix.is_dangerous or page.asked:
        return SafeString("")
    how_to = {
        "@type": "HowTo",
        "name": fix.title,
        "description": _short(fix.summary or fix.cause),
        "url": _absolute(fix.get_absolute_url()),
        "inLanguage": fix.language or "en",
        "step": [
            {"@type": "HowToStep", "position": place, "text": _short(text)}
            for place, text in enumerate(steps_of(fix.steps_html)[:STEPS_AT_MOST], 1)
        ],
        "tool": [{"@type": "HowToTool", "name": name} for name in _tools(fix.tools)],
        "supply": [
            _said(
                {
                    "@type": "HowToSupply",
                    "name": f"{part.name} {part.replaced_by or part.number}".strip(),
                    "requiredQuantity": part.quantity,
                    "estimatedCost": _money(part.price, fix.currency),
                }
            )
            for part in page.parts
        ],
        "estimatedCost": _money(fix.cost, fix.currency),
        "totalTime": _duration(fix.hours),
        **_written(fix),
    }
    crumbs = [(crumb.label, crumb.url) for crumb in page.crumbs]
    last = [(fix.problem.title, fix.problem.get_absolute_url()), (fix.title, fix.get_absolute_url())]
    return _block([_said(how_to), _way([*crumbs, *last])])


def data_of_product(page: Hub) -> SafeString:
    """A product with its make and model, and the way down to it; of a category and a make only the way.

    No rating: the site has none, and counts of problems are not one.
    """
    product = page.product
    if product.is_demonstration:
        return SafeString("")
    way = _way([(crumb.label, crumb.url or product.get_absolute_url()) for crumb in page.crumbs])
    if page.make is None or product.pk == page.make.pk:
        return _block([way])
    thing = {
        "@type": "Product",
        "name": product.full_name,
        "url": _absolute(product.get_absolute_url()),
        "brand": {"@type": "Brand", "name": page.make.name},
        "model": page.model.name if page.model is not None else None,
        "category": page.crumbs[0].label,
    }
    return _block([_said(thing), way])


def _answer(row: PlanRow) -> Thing:
    fix, diagnostic = row.loaded.remedy.fix, row.loaded.remedy.diagnostic
    told = f"{row.worked} of {row.total} who tried it say that it worked." if row.total else ""
    answer: Thing = {"@type": "Answer", "url": _absolute(row.url)}
    if fix is not None:
        answer |= {"text": _text(fix.title, fix.summary or fix.cause, told), "upvoteCount": fix.score, **_written(fix)}
    elif diagnostic is not None:
        answer |= {
            "text": _text(row.title, diagnostic.action, told),
            "author": {"@type": "Organization", "name": diagnostic.publisher},
        }
    return _said(answer)


def _written(post: Problem | Fix) -> Thing:
    return {
        "author": _author(post),
        "dateCreated": _moment(post.created_at),
        "dateModified": _moment(post.updated_at) if post.updated_at > post.created_at else None,
    }


def _author(post: Publication) -> Thing | None:
    author: User | None = post.author
    if author is not None and author.erased_at is None:
        return {"@type": "Person", "name": str(author), "url": _absolute(author.get_absolute_url())}
    return {"@type": "Person", "name": post.attribution} if author is None and post.attribution else None


def _is_public(post: Publication) -> bool:
    return post.state == "published" and not post.is_demonstration


def _way(steps: Sequence[tuple[str, str]]) -> Thing:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": {"@type": "WebPage", "@id": _absolute(url)}}
            for place, (name, url) in enumerate(steps, 1)
        ],
    }


def _text(*sentences: str) -> str:
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in map(_short, sentences) if text)


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(TEXT_AT_MOST)


def _tools(said: str) -> list[str]:
    named = [tool.strip() for tool in said.replace(";", ",").split(",")]
    return [tool for tool in named if tool and tool.lower() != "none"]


def _money(amount: Decimal | None, currency: str) -> Thing | None:
    return None if amount is None else {"@type": "MonetaryAmount", "currency": currency, "value": float(amount)}


def _duration(hours: Decimal | None) -> str | None:
    """Hours as ISO 8601 writes them."""
    return None if hours is None else f"PT{round(hours * 60)}M"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _said(thing: Thing) -> Thing:
    """Without what is not known: an empty property says nothing and is refused by some readers."""
    return {name: value for name, value in thing.items() if value not in (None, "", [])}


def _block(things: Iterable[Thing]) -> SafeString:
    text = json.dumps({"@context": "https://schema.org", "@graph": list(things)}, separators=(",", ":"))
    return mark_safe(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')  # noqa: S308 (escaped)
