"""A member's own lists as programs get them: private, for the member alone."""

from __future__ import annotations

import datetime

from wiki.models import Follow, Outcome
from wiki.queries.desk import Desk
from wiki.queries.inbox import Inbox
from wiki.queries.listings import Item, Listing
from wiki.queries.trials import TrialRow


def following_listing(rows: list[tuple[Follow, str]], path: str) -> Listing:
    """What a member follows, each with the address of an issue where it is one."""
    items = []
    for row, address in rows:
        thing = row.product or row.problem
        items.append(
            Item(
                key=f"follow/{row.pk}",
                path=thing.get_absolute_url() if thing is not None else address or path,
                title=str(row),
                summary="",
                published=row.created_at,
                updated=row.created_at,
                cells={
                    "kind": "product" if row.product else "problem" if row.problem else "issue",
                    "issues": row.issues if row.product else "",
                },
            )
        )
    return Listing(title="What I follow", path=path, items=tuple(items), columns=("kind", "issues"))


def inbox_listing(inbox: Inbox, path: str) -> Listing:
    """A page of the inbox, a line for each thing that happened."""
    items = tuple(
        Item(
            key=f"notification/{line.pk}",
            path=group.url or path,
            title=f"{group.title}: {line.text}",
            summary=line.text,
            published=line.at,
            updated=line.at,
            cells={"about": group.title, "what": line.text, "unread": int(line.is_unread)},
        )
        for group in inbox.groups
        for line in group.lines
    )
    after = inbox.page.next_page_number() if inbox.page.has_next() else None
    return Listing(title="Inbox", path=path, items=items, columns=("about", "what", "unread"), next_page=after)


def trying_listing(rows: tuple[TrialRow, ...], path: str) -> Listing:
    """What a member is trying, and tried."""
    items = tuple(
        Item(
            key=f"trial/{row.trial.pk}",
            path=row.trial.remedy.get_absolute_url(),
            title=row.trial.remedy.title,
            summary=f"On {row.trial.product}",
            published=row.trial.started_at,
            updated=row.trial.ended_at or row.trial.started_at,
            cells={
                "product": row.trial.product.full_name,
                "state": row.trial.state,
                "started_on": row.trial.started_at.date().isoformat(),
                "result": row.outcome.result if row.outcome is not None else "",
            },
        )
        for row in rows
    )
    columns = ("product", "state", "started_on", "result")
    return Listing(title="What I am trying", path=path, items=items, columns=columns)


def jobs_listing(desk: Desk, path: str, *, today: datetime.date) -> Listing:
    """The latest jobs of a workshop, with its own numbers, for its people alone."""
    jobs = [*desk.provisional, *desk.settled]
    items = tuple(_job(job.outcome, job.days_left, path) for job in jobs)
    columns = ("job_number", "product", "remedy", "result", "paid", "currency", "happened_on", "days_left")
    return Listing(title=f"Jobs, {today.isoformat()}", path=path, items=items, columns=columns)


def _job(outcome: Outcome, days_left: int | None, path: str) -> Item:
    return Item(
        key=f"outcome/{outcome.pk}",
        path=outcome.remedy.get_absolute_url() if outcome.remedy else path,
        title=f"{outcome.job_number}: {outcome.remedy.title}",
        summary=outcome.get_result_display(),
        published=outcome.created_at,
        updated=outcome.updated_at,
        cells={
            "job_number": outcome.job_number,
            "product": outcome.product.full_name,
            "remedy": outcome.remedy.title,
            "result": "came_back" if outcome.came_back_on else outcome.result,
            "paid": None if outcome.money is None else float(outcome.money),
            "currency": outcome.currency,
            "happened_on": outcome.happened_on.isoformat(),
            "days_left": days_left,
        },
    )
