"""Problems, fixes and what people report, as valid objects by keyword; each is made through its action.

Authors who are not named are members of long standing, so that no limit of new members binds by accident.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone
from PIL import Image

from accounts.encryption import encrypt
from accounts.models import Organisation, OwnedProduct, ReputationEvent, User
from products.models import Component, OfficialDiagnostic, Product
from tests.builders.accounts import NOW, make_user
from tests.builders.products import a_model, a_year, make_component
from wiki.actions.comments import write_comment
from wiki.actions.diagnosis import add_test
from wiki.actions.diagnostics import link_diagnostic
from wiki.actions.drafts import FixDraft, OutcomeDraft, PartDraft, ProblemDraft, ReadingDraft, TestDraft
from wiki.actions.evidence import settle_outcome_evidence
from wiki.actions.filings import file_sightings
from wiki.actions.fixes import propose_fix
from wiki.actions.outcomes import record_outcome
from wiki.actions.problems import ask_problem
from wiki.actions.proofs import show_evidence, show_possession
from wiki.actions.remedies import remedy_for
from wiki.actions.votes import cast_vote
from wiki.models import (
    Alarm,
    Comment,
    DiagnosticLink,
    DiagnosticTest,
    EmergingIssue,
    Filing,
    Fix,
    Outcome,
    Problem,
    Proof,
    Remedy,
    Sighting,
    TableImport,
    Vote,
    Webhook,
)
from wiki.queries.proofs import codes_of
from wiki.rules.webhooks import secret_text

# Enough for every privilege short of editing what others wrote.
REGULAR = 100


def make_regular(*, reputation: int = REGULAR, **fields: Any) -> User:
    """A member who may vote up and down, but edits only their own posts; the reputation stands in the ledger."""
    user = make_user(reputation=reputation, **fields)
    ReputationEvent.objects.create(
        member=user,
        event=ReputationEvent.Event.FIX_VOTED_UP,
        points=reputation,
        cause="opening",
        created_at=NOW - datetime.timedelta(days=300),
    )
    return user


def make_experienced(**fields: Any) -> User:
    """A member who may edit others' posts."""
    return make_regular(reputation=1500, **fields)


def problem_draft(*, product: Product | None = None, **fields: Any) -> ProblemDraft:
    """What a member types into the ask form: the founding case's symptom unless said otherwise."""
    return ProblemDraft(
        **{
            "product": product or a_year(),
            "title": "Brake lights stay on and the gear lever is stuck in park",
            "symptom": "The **brake lights** stay on after the pedal is released.",
            "code_text": "P0571-00",
            **fields,
        }
    )


def make_problem(
    *,
    author: User | None = None,
    product: Product | None = None,
    now: datetime.datetime = NOW - datetime.timedelta(days=60),
    is_demonstration: bool = False,
    **fields: Any,
) -> Problem:
    """A published problem."""
    return ask_problem(
        draft=problem_draft(product=product, **fields),
        actor=author or make_regular(),
        now=now,
        is_demonstration=is_demonstration,
    )


def fix_draft(*, component: Component | None = None, **fields: Any) -> FixDraft:
    """What a member types into the fix form: the founding case's switch unless said otherwise."""
    return FixDraft(
        **{
            "component": component,
            "title": "Replace the brake light switch",
            "summary": "A 60 dollar switch above the pedal",
            "cause": "The switch sticks and reports a pressed pedal.",
            "first_check": "Pull the pedal up: do the lights go out?",
            "steps": "1. Unplug the switch above the pedal.\n2. Turn it and pull it out.\n3. Fit the new one.",
            "tools": "none",
            "cost": Decimal(60),
            "hours": Decimal("0.5"),
            "parts": (PartDraft(name="Brake light switch", number="XKB000040", price=Decimal(60)),),
            **fields,
        }
    )


def make_fix(
    *,
    problem: Problem | None = None,
    author: User | None = None,
    now: datetime.datetime = NOW - datetime.timedelta(days=50),
    is_demonstration: bool = False,
    **fields: Any,
) -> Fix:
    """A published fix with its remedy row."""
    return propose_fix(
        problem=problem or make_problem(),
        draft=fix_draft(**fields),
        actor=author or make_regular(),
        now=now,
        is_demonstration=is_demonstration,
    )


def outcome_draft(
    *, product: Product | None = None, owned_product: OwnedProduct | None = None, **fields: Any
) -> OutcomeDraft:
    """What a person says of a remedy: it worked, unless said otherwise."""
    return OutcomeDraft(
        **{"product": product, "owned_product": owned_product, "result": Outcome.Result.WORKED, **fields}
    )


def make_outcome(
    *,
    remedy: Remedy | None = None,
    fix: Fix | None = None,
    member: User | None = None,
    product: Product | None = None,
    tier: str | None = None,
    has_evidence: bool = False,
    now: datetime.datetime = NOW - datetime.timedelta(days=10),
    is_demonstration: bool = False,
    **fields: Any,
) -> Outcome:
    """A published outcome by a member on the remedy (or the fix's); `tier` overrides what is known of the member."""
    if remedy is None:
        remedy = (fix or make_fix()).remedy
    if product is None and "owned_product" not in fields:
        product = remedy.fix.problem.product if remedy.fix else a_year()
    outcome = record_outcome(
        remedy=remedy,
        draft=outcome_draft(product=product, **fields),
        actor=member or make_regular(),
        now=now,
        is_demonstration=is_demonstration,
    )
    if tier is not None or has_evidence:
        outcome.tier = tier or outcome.tier
        outcome.has_evidence = has_evidence
        outcome.save(update_fields=["tier", "has_evidence"])
        settle_outcome_evidence(outcome=outcome, now=now)
    return outcome


def make_remedy(*, diagnostic: OfficialDiagnostic) -> Remedy:
    """The remedy of an official diagnostic."""
    return remedy_for(diagnostic=diagnostic)


def make_link(
    *, problem: Problem, diagnostic: OfficialDiagnostic, member: User | None = None, **fields: Any
) -> DiagnosticLink:
    """An official diagnostic that takes part in a problem's plan, linked by the problem's author."""
    actor = member or problem.author
    assert actor is not None
    return link_diagnostic(
        problem=problem, diagnostic=diagnostic, actor=actor, now=NOW - datetime.timedelta(days=40), **fields
    )


def make_comment(
    *,
    on: Problem | Fix | None = None,
    author: User | None = None,
    body: str = "Same here, since last winter.",
    now: datetime.datetime = NOW - datetime.timedelta(days=20),
    **fields: Any,
) -> Comment:
    """A published comment."""
    return write_comment(on=on or make_problem(), body=body, actor=author or make_regular(), now=now, **fields)


def make_vote(
    *, post: Problem | Fix | Comment, voter: User | None = None, value: int = 1, reason: str = "", **fields: Any
) -> Vote:
    """A vote up, or down with a reason."""
    return cast_vote(
        post=post,
        value=value,
        reason=reason or ("unclear" if value < 0 else ""),
        actor=voter or make_regular(),
        **{"now": NOW - datetime.timedelta(days=5), **fields},
    )


def photo_file(*, size: tuple[int, int] = (64, 48), kind: str = "JPEG", name: str = "photo.jpg") -> io.BytesIO:
    """A small photograph as a person would upload it."""
    upload = io.BytesIO()
    Image.new("RGB", size, (120, 130, 140)).save(upload, kind)
    upload.seek(0)
    upload.name = name
    return upload


def make_unassigned(
    *, product: Product | None = None, count: int = 1, text: str = "Brake lights stay on", **fields: Any
) -> list[Sighting]:
    """Imported complaints that nobody has filed under a problem yet."""
    fields = {"seen_on": NOW.date(), "received_on": NOW.date(), "created_at": NOW, "source": "a test"} | fields
    return [Sighting.objects.create(product=product or a_year(), text=text, **fields) for _ in range(count)]


def make_filing(*, problem: Problem | None = None, member: User | None = None, count: int = 1) -> Filing:
    """A filing of so many sightings."""
    return file_sightings(
        sightings=[sighting.pk for sighting in make_unassigned(count=count)],
        problem=problem or make_problem(),
        actor=member or make_regular(),
        now=NOW,
    )


def make_proof(*, owned: OwnedProduct | None = None, outcome: Outcome | None = None, **fields: Any) -> Proof:
    """A proof that waits for a moderator: of an own product the code of NOW beside the plate, of an outcome a photo."""
    if owned is not None:
        said = {"kind": "plate", "code": codes_of(owned, today=NOW.date())[0], "upload": photo_file(), "now": NOW}
        return show_possession(owned=owned, **{"actor": owned.member, **said, **fields})
    outcome = outcome or make_outcome()
    said = {"kind": "photo", "words": "", "upload": photo_file(), "now": NOW}
    return show_evidence(outcome=outcome, **{"actor": outcome.member, **said, **fields})


def make_alarm(*, remedy: Remedy | None = None, now: datetime.datetime = NOW, **fields: Any) -> Alarm:
    """An open alarm: the crowd contradicts the verified outcomes of a remedy."""
    remedy = remedy or make_fix().remedy
    figures = {"verified_worked": 1, "verified": 9, "crowd_worked": 12, "crowd": 12, "sigmas": 5.2}
    said = {"kind": "tiers", "key": f"tiers:{remedy.pk}", "figures": figures, "strength": 5.2}
    return Alarm.objects.create(remedy=remedy, first_seen_at=now, last_seen_at=now, **{**said, **fields})


def make_issue(*, product: Product | None = None, component: Component | None = None, **fields: Any) -> EmergingIssue:
    """An emerging issue as the monitor opens one, on an alert of nine reports where three were expected."""
    monday = NOW.date() - datetime.timedelta(days=NOW.weekday())
    figures: dict[str, Any] = {
        "level": EmergingIssue.Level.ALERT,
        "first_flagged_on": monday - datetime.timedelta(weeks=6),
        "last_flagged_on": monday,
        "window_weeks": 13,
        "observed": 9,
        "expected": 3.0,
        "ratio": 3.0,
        "ratio_low": 1.6,
        "ratio_high": 5.2,
        "score": 17.5,
        "opened_at": NOW,
    }
    if fields.get("state") == EmergingIssue.State.CLOSED:
        figures["closed_at"] = NOW
    return EmergingIssue.objects.create(
        product=product or a_year(), component=component or make_component(), **figures | fields
    )


def draft_of_a_test(*, points: dict[int, int] | None = None, **fields: Any) -> TestDraft:
    """What a member types into the form of a test: the switch in live data. `points`: strengths of "pressed"."""
    points = points or {}
    return TestDraft(
        **{
            "title": "Read the brake switch in live data",
            "how": "1. Ignition on, pedal up.\n2. Read the state of the brake switch.",
            "money": Decimal(0),
            "hours": Decimal("0.1"),
            "readings": (
                ReadingDraft(label="pressed, with the pedal up", points=points),
                ReadingDraft(label="not pressed", points={key: -value for key, value in points.items()}),
            ),
            **fields,
        }
    )


def make_diagnostic_test(
    *,
    problem: Problem | None = None,
    author: User | None = None,
    now: datetime.datetime = NOW - datetime.timedelta(days=30),
    **fields: Any,
) -> DiagnosticTest:
    """A published test of a problem; by an experienced author it is shown before the plan where it pays."""
    return add_test(
        problem=problem or make_problem(), draft=draft_of_a_test(**fields), actor=author or make_experienced(), now=now
    )


def make_webhook(
    *,
    member: User | None = None,
    organisation: Organisation | None = None,
    product: Product | None = None,
    events: Iterable[str] = ("problem.new",),
    **fields: Any,
) -> Webhook:
    """A webhook of a member on the founding case's model, or of an organisation on its whole scope."""
    if organisation is None:
        member, product = member or make_user(), product or a_model()
    return Webhook.objects.create(
        **{
            "member": member,
            "organisation": organisation,
            "product": product,
            "address": "https://hooks.example/in",
            "events": list(events),
            "secret_encrypted": encrypt(secret_text(b"k" * 32)),
            "created_at": NOW - datetime.timedelta(days=100),
            **fields,
        }
    )


def make_table_import(*, member: User, fix: Fix, kind: str = "outcomes", content: str = "") -> TableImport:
    """A workshop's table of one job, whose columns are chosen; or another content under the names of its columns."""
    text = content or f"job_number,remedy,product,result\nJ-1,{fix.remedy.pk},{a_year().path},worked\n"
    membership = member.memberships.first()
    return TableImport.objects.create(
        kind=kind,
        member=member,
        organisation=membership.organisation if membership else None,
        source_name="jobs.csv",
        content=text.encode(),
        reading={"columns": text.split("\n", 1)[0].split(",")},
        created_at=timezone.now(),
    )
