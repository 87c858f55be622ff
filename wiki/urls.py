"""Addresses of the wiki app."""

from django.urls import URLPattern, path

from wiki.views import plan_pages
from wiki.views.styleguide import styleguide, styleguide_sheet

app_name = "wiki"

urlpatterns: list[URLPattern] = [
    # where a plan is read
    path("problem/<int:pk>-<slug:slug>/", plan_pages.problem, name="problem"),
    path("problem/<int:pk>/", plan_pages.problem),
    path("fix/<int:pk>-<slug:slug>/", plan_pages.fix, name="fix"),
    path("fix/<int:pk>/", plan_pages.fix),
    path("fix/<int:pk>-<slug:slug>/sheet/", plan_pages.sheet, name="fix-sheet"),
    path("official/<int:pk>-<slug:slug>/", plan_pages.official, name="official"),
    path("official/<int:pk>/", plan_pages.official),
    path("recall/<str:campaign>/", plan_pages.recall, name="recall"),
    # the face
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/sheet/", styleguide_sheet, name="styleguide-sheet"),
]
