"""What the wiki holds of a person: the export, and what erasure leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from wiki.actions.evidence import settle_person_evidence
from wiki.models import (
    Alarm,
    Comment,
    DiagnosticLink,
    DiagnosticTest,
    EmergingIssue,
    Filing,
    Fix,
    Flag,
    Follow,
    IssueDiagnostic,
    IssueEvent,
    OfficialAct,
    Outcome,
    Photo,
    Problem,
    Proof,
    RememberedColumns,
    Revision,
    ServiceLoad,
    Sighting,
    SynonymChange,
    TableImport,
    Trial,
    Vote,
    Webhook,
)

EXPORTS: dict[str, str] = {
    "wiki.ServiceLoad.member": "Stays with the organisation, by a nameless member.",
    "wiki.OfficialAct.member": "Stays with the organisation, by a nameless member.",
    "wiki.Problem.author": "Stays under its licence, by a nameless member.",
    "wiki.Fix.author": "Stays under its licence, by a nameless member.",
    "wiki.Comment.author": "Stays under its licence, by a nameless member.",
    "wiki.DiagnosticTest.author": "Stays under its licence, by a nameless member.",
    "wiki.DiagnosticTest.checked_by": "Stays, by a nameless member.",
    "wiki.Revision.author": "Stays with what it is a revision of, by a nameless member.",
    "wiki.Photo.uploaded_by": "Stays under its licence, by a nameless member.",
    "wiki.Outcome.member": "Stays and counts, by a nameless member; the job number is deleted.",
    "wiki.Sighting.member": "Stays and counts, by a nameless member; its words are deleted.",
    "wiki.Filing.member": "Stays, by a nameless member.",
    "wiki.Filing.undone_by": "Stays, by a nameless member.",
    "wiki.Vote.voter": "Stays and counts, by a nameless member.",
    "wiki.Flag.reporter": "Stays for its decision, by a nameless member; the note is deleted.",
    "wiki.Flag.decided_by": "Stays, by a nameless member.",
    "wiki.Follow.member": "What you follow is deleted.",
    "wiki.Webhook.member": "Your webhooks and their log are deleted: nothing more is sent.",
    "wiki.Trial.member": "What you are trying is deleted.",
    "wiki.Proof.decided_by": "Stays, by a nameless member.",
    "wiki.Alarm.member": "Stays for its decision, about a nameless member.",
    "wiki.Alarm.author": "Stays for its decision, about a nameless member.",
    "wiki.Alarm.closed_by": "Stays, by a nameless member.",
    "wiki.EmergingIssue.assigned_to": "Stays, without you.",
    "wiki.IssueEvent.member": "Stays with the issue, by a nameless member.",
    "wiki.IssueDiagnostic.attached_by": "Stays, by a nameless member.",
    "wiki.DiagnosticLink.linked_by": "Stays, by a nameless member.",
    "wiki.TableImport.member": "Your files and what their columns meant are deleted; what you imported stays.",
    "wiki.RememberedColumns.member": "What the columns of your files meant is deleted.",
    "wiki.SynonymChange.changed_by": "Stays, by a nameless member.",
}


def export(member: User) -> dict[str, list[dict[str, Any]]]:
    """Everything the person wrote, reported, voted, flagged and linked."""
    return {
        "problems": [
            {
                "title": row.title,
                "product": row.product.full_name,
                "symptom": row.symptom,
                "codes": row.code_text,
                "state": row.state,
                "address": row.get_absolute_url(),
                "at": row.created_at.isoformat(),
            }
            for row in Problem.objects.filter(author=member).select_related("product")
        ],
        "fixes": [
            {
                "title": row.title,
                "problem": row.problem.title,
                "cause": row.cause,
                "first_check": row.first_check,
                "steps": row.steps,
                "cost": None if row.cost is None else str(row.cost),
                "currency": row.currency,
                "hours": None if row.hours is None else str(row.hours),
                "state": row.state,
                "address": row.get_absolute_url(),
                "at": row.created_at.isoformat(),
            }
            for row in Fix.objects.filter(author=member).select_related("problem")
        ],
        "tests": [
            {
                "title": row.title,
                "problem": row.problem.title,
                "how": row.how,
                "state": row.state,
                "address": row.get_absolute_url(),
                "at": row.created_at.isoformat(),
            }
            for row in DiagnosticTest.objects.filter(author=member).select_related("problem")
        ],
        "tests_checked": [
            {"title": row.title, "problem": row.problem.title, "at": row.updated_at.isoformat()}
            for row in DiagnosticTest.objects.filter(checked_by=member).select_related("problem")
        ],
        "comments": [
            {"text": row.body, "state": row.state, "at": row.created_at.isoformat()}
            for row in Comment.objects.filter(author=member)
        ],
        "revisions": [
            {
                "number": row.number,
                "content": row.content,
                "summary": row.summary,
                "at": row.created_at.isoformat(),
            }
            for row in Revision.objects.filter(author=member)
        ],
        "photos": [
            {"file": row.image.url, "caption": row.caption, "state": row.state, "at": row.created_at.isoformat()}
            for row in Photo.objects.filter(uploaded_by=member)
        ],
        "outcomes": [
            {
                "remedy": row.remedy.title,
                "product": row.product.full_name,
                "result": row.result,
                "tier": row.tier,
                "state": row.state,
                "job_number": row.job_number,
                "cause_found": row.cause_found,
                "proof": row.proof,
                "money": None if row.money is None else str(row.money),
                "currency": row.currency,
                "hours": None if row.hours is None else str(row.hours),
                "done_by": row.done_by,
                "note": row.note,
                "on": row.happened_on.isoformat(),
                "came_back_on": row.came_back_on and row.came_back_on.isoformat(),
            }
            for row in Outcome.objects.filter(member=member).select_related(
                "product", "remedy__fix", "remedy__diagnostic"
            )
        ],
        "sightings": [
            {
                "problem": row.problem and row.problem.title,
                "product": row.product.full_name,
                "text": row.text,
                "on": row.seen_on.isoformat(),
                "usage": row.usage,
                "usage_unit": row.usage_unit,
            }
            for row in Sighting.objects.filter(member=member).select_related("product", "problem")
        ],
        "table_imports": [
            {
                "file": row.source_name,
                "kind": row.kind,
                "columns": row.reading.get("columns", []),
                "state": row.run.state if row.run else "waits",
                "at": row.created_at.isoformat(),
            }
            for row in TableImport.objects.filter(member=member).select_related("run").defer("content")
        ],
        "remembered_columns": [
            {"kind": row.kind, "columns": row.columns} for row in RememberedColumns.objects.filter(member=member)
        ],
        "filings": [
            {
                "problem": row.problem.title,
                "sightings": row.number,
                "at": row.created_at.isoformat(),
                "undone_at": row.undone_at and row.undone_at.isoformat(),
            }
            for row in Filing.objects.filter(member=member).select_related("problem")
        ],
        "filings_undone": [
            {"problem": row.problem.title, "sightings": row.number, "at": row.undone_at and row.undone_at.isoformat()}
            for row in Filing.objects.filter(undone_by=member).select_related("problem")
        ],
        "votes": [
            {
                "on": str(row.problem or row.fix or row.comment),
                "value": row.value,
                "reason": row.reason,
                "at": row.created_at.isoformat(),
            }
            for row in Vote.objects.filter(voter=member).select_related("problem", "fix", "comment")
        ],
        "flags": [
            {"reason": row.reason, "note": row.note, "state": row.state, "at": row.created_at.isoformat()}
            for row in Flag.objects.filter(reporter=member)
        ],
        "flags_decided": [
            {"reason": row.reason, "state": row.state, "at": row.decided_at and row.decided_at.isoformat()}
            for row in Flag.objects.filter(decided_by=member)
        ],
        "follows": [
            {
                "follows": str(row),
                "emerging_issues": row.issues if row.product_id else "",
                "since": row.created_at.isoformat(),
            }
            for row in Follow.objects.filter(member=member).select_related(
                "product", "problem", "issue__product", "issue__component"
            )
        ],
        "webhooks": [
            # The secret is the receiver's as much as the person's, and was shown when it was made.
            {
                "address": row.address,
                "product": row.product and row.product.full_name,
                "events": row.events,
                "state": row.state,
                "since": row.created_at.isoformat(),
            }
            for row in Webhook.objects.filter(member=member).select_related("product")
        ],
        "trials": [
            {
                "remedy": row.remedy.title,
                "product": row.product.full_name,
                "state": row.state,
                "asks_by_mail": row.wants_mail,
                "at": row.started_at.isoformat(),
                "asked_at": [moment.isoformat() for moment in (row.first_asked_at, row.second_asked_at) if moment],
            }
            for row in Trial.objects.filter(member=member).select_related(
                "product", "remedy__fix", "remedy__diagnostic"
            )
        ],
        "proofs": [
            {
                "shows": row.get_kind_display(),
                "of": str(row.owned_product or row.outcome),
                "words": row.words,
                "state": row.state,
                "reason": row.reason,
                "at": row.shown_at.isoformat(),
            }
            for row in _proofs_of(member).select_related("owned_product__product", "outcome__product")
        ],
        "proofs_decided": [
            {"shows": row.get_kind_display(), "state": row.state, "at": row.decided_at and row.decided_at.isoformat()}
            for row in Proof.objects.filter(decided_by=member)
        ],
        "alarms": [
            {"kind": row.get_kind_display(), "figures": row.figures, "at": row.first_seen_at.isoformat()}
            for row in Alarm.objects.filter(Q(member=member) | Q(author=member))
        ],
        "alarms_closed": [
            {
                "kind": row.get_kind_display(),
                "note": row.closing_note,
                "at": row.closed_at and row.closed_at.isoformat(),
            }
            for row in Alarm.objects.filter(closed_by=member)
        ],
        "issues_assigned": [
            {"issue": str(row), "state": row.get_state_display()}
            for row in EmergingIssue.objects.filter(assigned_to=member).select_related("product", "component")
        ],
        "acts_on_issues": [
            {"issue": str(row.issue), "act": row.get_kind_display(), "note": row.note, "at": row.at.isoformat()}
            for row in IssueEvent.objects.filter(member=member).select_related("issue__product", "issue__component")
        ],
        "official_diagnostics_attached": [
            {"issue": str(row.issue), "diagnostic": str(row.diagnostic), "at": row.attached_at.isoformat()}
            for row in IssueDiagnostic.objects.filter(attached_by=member).select_related(
                "issue__product", "issue__component", "diagnostic"
            )
        ],
        "vehicles_in_service_loaded": [
            # What was loaded is the organisation's, not the person's.
            {"organisation": str(row.organisation), "rows": row.rows, "at": row.at.isoformat()}
            for row in ServiceLoad.objects.filter(member=member).select_related("organisation")
        ],
        "official_acts": [
            {"act": row.kind, "diagnostic": str(row.diagnostic), "at": row.created_at.isoformat()}
            for row in OfficialAct.objects.filter(member=member).select_related("diagnostic")
        ],
        "official_diagnostics_linked": [
            {"problem": row.problem.title, "diagnostic": str(row.diagnostic), "at": row.linked_at.isoformat()}
            for row in DiagnosticLink.objects.filter(linked_by=member).select_related("problem", "diagnostic")
        ],
        "synonyms_changed": [
            {"group": row.name, "from": row.before, "to": row.after, "at": row.changed_at.isoformat()}
            for row in SynonymChange.objects.filter(changed_by=member)
        ],
    }


def erase(member: User, now: datetime) -> None:
    """Delete private words and numbers; what others built on stays with the member, who loses the name."""
    # A number that says nothing keeps the jobs apart: each was another product.
    jobs = Outcome.objects.filter(member=member).exclude(job_number="")
    jobs.update(job_number=Concat(Value("erased "), Cast("pk", CharField())))
    settle_person_evidence(person=f"member:{member.pk}", now=now)
    Sighting.objects.filter(member=member).update(text="")
    Flag.objects.filter(reporter=member).update(note="")
    EmergingIssue.objects.filter(assigned_to=member).update(assigned_to=None)
    _proofs_of(member).delete()
    Trial.objects.filter(member=member).delete()
    Follow.objects.filter(member=member).delete()
    Webhook.objects.filter(member=member).delete()
    TableImport.objects.filter(member=member).delete()
    RememberedColumns.objects.filter(member=member).delete()


def _proofs_of(member: User) -> QuerySet[Proof]:
    return Proof.objects.filter(Q(owned_product__member=member) | Q(outcome__member=member))
