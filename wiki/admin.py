"""The admin pages of the wiki. Posts are read here and changed on the site, where an edit leaves its revision."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import Refusal
from accounts.models import User
from products.admin import ReadOnlyAdmin
from wiki.actions.outcomes import judge_outcome
from wiki.actions.synonyms import delete_synonym, save_synonym
from wiki.models import (
    Comment,
    DiagnosticLink,
    Fix,
    FixPart,
    Flag,
    Outcome,
    Photo,
    Problem,
    Revision,
    Sighting,
    Synonym,
    SynonymChange,
    Vote,
)
from wiki.queries.synonyms import rows
from wiki.search.synonyms import Group, lines_of, taken, troubles


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows to look at under their post."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes a row."""
        return False


class LinkInline(ReadOnlyInline):
    """The official diagnostics of a problem."""

    model = DiagnosticLink
    fields = ["diagnostic", "reason", "linked_by", "linked_at"]


class PartInline(ReadOnlyInline):
    """The parts of a fix."""

    model = FixPart


@admin.register(Problem)
class ProblemAdmin(ReadOnlyAdmin):
    """Problems."""

    list_display = ["title", "product", "author", "state", "score", "sighting_count", "created_at"]
    list_filter = ["state", "is_demonstration"]
    list_select_related = ["product", "author"]
    search_fields = ["title", "code_text"]
    exclude = ["symptom_html"]
    inlines = [LinkInline]


@admin.register(Fix)
class FixAdmin(ReadOnlyAdmin):
    """Fixes."""

    list_display = ["title", "problem", "author", "state", "safety_class", "is_dangerous", "cost", "score"]
    list_filter = ["state", "safety_class", "is_dangerous", "is_demonstration"]
    list_select_related = ["problem", "author"]
    search_fields = ["title", "problem__title"]
    exclude = ["steps_html", "first_check_html"]
    inlines = [PartInline]


@admin.register(Outcome)
class OutcomeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Outcomes: a moderator who has seen the proof sets the tier and the evidence; the points follow."""

    list_display = ["remedy", "result", "product", "member", "tier", "has_evidence", "state", "happened_on"]
    list_filter = ["tier", "has_evidence", "result", "state", "is_demonstration"]
    list_select_related = ["remedy__fix", "remedy__diagnostic", "product", "member"]
    search_fields = ["remedy__fix__title", "member__username", "note"]
    exclude = ["mail_digest"]
    change_with = ("tier", "has_evidence")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything but tier and evidence belongs to the person who reported."""
        names = [field.name for field in Outcome._meta.get_fields() if field.concrete]
        return [name for name in names if name not in (*self.change_with, "mail_digest")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Outcomes are reported on the site."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Outcomes are withdrawn by their reporter, or hidden by flags."""
        return False

    def save_model(self, request: HttpRequest, obj: Outcome, form: Any, change: bool) -> None:
        """Judge the outcome through its action."""
        try:
            judge_outcome(
                outcome=obj,
                tier=form.cleaned_data["tier"],
                has_evidence=form.cleaned_data["has_evidence"],
                actor=cast("User", request.user),
                now=timezone.now(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Comments."""

    list_display = ["__str__", "author", "state", "score", "created_at"]
    list_filter = ["state"]
    list_select_related = ["author"]
    search_fields = ["body"]
    exclude = ["body_html"]


@admin.register(Sighting)
class SightingAdmin(ReadOnlyAdmin):
    """Sightings."""

    list_display = ["product", "component", "problem", "member", "severity", "seen_on"]
    list_filter = ["severity", "harm", "is_demonstration"]
    list_select_related = ["product", "component", "problem", "member"]
    search_fields = ["external_number", "text"]


@admin.register(Photo)
class PhotoAdmin(ReadOnlyAdmin):
    """Photos."""

    list_display = ["caption", "uploaded_by", "state", "created_at"]
    list_filter = ["state"]
    list_select_related = ["uploaded_by"]


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    """Flags; they are decided in the moderators' queue."""

    list_display = ["reason", "reporter", "state", "created_at", "decided_by"]
    list_filter = ["state", "reason"]
    list_select_related = ["reporter", "decided_by"]


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    """Votes."""

    list_display = ["voter", "value", "reason", "problem", "fix", "comment", "created_at"]
    list_filter = ["value", "reason"]
    list_select_related = ["voter", "problem", "fix", "comment"]


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """Revisions."""

    list_display = ["__str__", "problem", "fix", "comment", "outcome", "author", "created_at"]
    list_select_related = ["problem", "fix", "comment", "outcome__product", "author"]


class SynonymForm(forms.ModelForm):  # type: ignore[type-arg]
    """A group of synonyms; what is wrong with it stands beside its field."""

    class Meta:
        model = Synonym
        fields = ["name", "phrases", "language", "note", "is_active"]

    def group(self) -> Group:
        """What is typed, as a group."""
        said = self.cleaned_data
        return Group(
            name=said["name"],
            phrases=lines_of(said["phrases"]),
            language=said["language"],
            note=said["note"],
            is_active=said["is_active"],
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what the action would, all at once."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            group = self.group()
            before = self.initial.get("name") if self.instance.pk else None
            for trouble in troubles(group, taken(rows(), [group], renamed=before)):
                self.add_error("phrases", trouble.sentence)
        return cleaned


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Words for the same thing. A change counts at once and needs no new index; each is on record."""

    form = SynonymForm
    list_display = ["name", "words", "language", "is_active", "note"]
    list_filter = ["is_active", "language"]
    search_fields = ["name", "phrases", "note"]

    @admin.display(description="words")
    def words(self, row: Synonym) -> str:
        """All of the group on one line."""
        return ", ".join(lines_of(row.phrases))

    def save_model(self, request: HttpRequest, obj: Synonym, form: Any, change: bool) -> None:
        """Through the action."""
        stored = Synonym.objects.get(pk=obj.pk) if change else None
        obj.pk = save_synonym(
            synonym=stored, group=form.group(), actor=cast("User", request.user), now=timezone.now()
        ).pk

    def delete_model(self, request: HttpRequest, obj: Synonym) -> None:
        """Through the action."""
        delete_synonym(synonym=obj, actor=cast("User", request.user), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Synonym]) -> None:
        """Each through the action."""
        for row in queryset:
            self.delete_model(request, row)


@admin.register(SynonymChange)
class SynonymChangeAdmin(ReadOnlyAdmin):
    """The audit trail of the synonyms."""

    list_display = ["name", "before_words", "after_words", "changed_by", "changed_at"]
    list_select_related = ["changed_by"]
    search_fields = ["name"]

    @admin.display(description="before")
    def before_words(self, row: SynonymChange) -> str:
        """What the group said."""
        return _in_words(row.before)

    @admin.display(description="after")
    def after_words(self, row: SynonymChange) -> str:
        """What it says since."""
        return _in_words(row.after)


def _in_words(group: dict[str, Any] | None) -> str:
    """A group of the audit trail on one line."""
    if group is None:
        return "–"
    return f"{', '.join(group['phrases'])}{'' if group['is_active'] else ' (switched off)'}"
