"""Addresses of the wiki app."""

from django.urls import URLPattern, path

from wiki.views.styleguide import styleguide, styleguide_sheet

app_name = "wiki"

urlpatterns: list[URLPattern] = [
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/sheet/", styleguide_sheet, name="styleguide-sheet"),
]
