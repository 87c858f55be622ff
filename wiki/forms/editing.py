"""What every form that edits a post carries: the version it began on, and a word about the change."""

from __future__ import annotations

from typing import Any

from django import forms

from wiki.models.language import Language, site_language


class EditMixin(forms.BaseForm):
    """Adds `base_version` and `change` where `base_version` is given."""

    def __init__(self, *args: Any, base_version: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if base_version is not None:
            self.fields["base_version"] = forms.IntegerField(
                min_value=0, initial=base_version, widget=forms.HiddenInput
            )
            self.fields["change"] = forms.CharField(
                label="What did you change, and why?", required=False, max_length=160
            )

    def show_version(self, version: int) -> None:
        """Base the next try on another version, after a conflict was shown; everything typed stays."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("base_version")] = str(version)
        self.data = data


class LanguageMixin(forms.Form):
    """Asks in which language a post is written: the site's unless said otherwise."""

    language = forms.ChoiceField(
        label="Written in", choices=Language.choices, initial=site_language, required=False, widget=forms.Select
    )

    def clean_language(self) -> str:
        """The language, the post's own or the site's where nothing was said."""
        field = self.get_initial_for_field(self.fields["language"], "language")
        return str(self.cleaned_data.get("language") or field)
