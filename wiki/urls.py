"""Addresses of the wiki app."""

from django.urls import URLPattern, path

from wiki.views import (
    catalogue,
    comments,
    fixes,
    flags,
    help,
    history,
    home,
    identify,
    media,
    moderation,
    operators,
    outcomes,
    people,
    photos,
    plan_pages,
    problems,
    sightings,
    triage,
    votes,
)
from wiki.views.search import search
from wiki.views.styleguide import styleguide, styleguide_sheet

app_name = "wiki"

urlpatterns: list[URLPattern] = [
    # what exists
    path("", home.home, name="home"),
    path("p/<path:path>/", catalogue.product, name="product"),
    path("make/<slug:slug>/", catalogue.make, name="make"),
    path("component/<slug:slug>/", catalogue.component, name="component"),
    path("code/<str:code>/", catalogue.fault_code, name="fault-code"),
    # rules and promises
    path("help/", help.index, name="help"),
    path("help/<slug:page>/", help.page, name="help-page"),
    path("policy/", help.policies, name="policies"),
    path("policy/privacy/", help.policy, {"page": "privacy"}, name="privacy"),
    path("policy/<slug:page>/", help.policy, name="policy"),
    # what it is
    path("identify/", identify.identify_product, name="identify"),
    # where a plan is read
    path("problem/<int:pk>-<slug:slug>/", plan_pages.problem, name="problem"),
    path("problem/<int:pk>/", plan_pages.problem),
    path("fix/<int:pk>-<slug:slug>/", plan_pages.fix, name="fix"),
    path("fix/<int:pk>/", plan_pages.fix),
    path("fix/<int:pk>-<slug:slug>/sheet/", plan_pages.sheet, name="fix-sheet"),
    path("official/<int:pk>-<slug:slug>/", plan_pages.official, name="official"),
    path("official/<int:pk>/", plan_pages.official),
    path("recall/<str:campaign>/", plan_pages.recall, name="recall"),
    # what people write
    path("ask/", problems.ask, name="problem-ask"),
    path("problem/<int:pk>/edit/", problems.edit, name="problem-edit"),
    path("problem/<int:pk>/delete/", problems.delete, name="problem-delete"),
    path("problem/<int:pk>/official/", problems.diagnostics, name="problem-diagnostics"),
    path("problem/<int:pk>/history/", history.history, {"kind": "problem"}, name="problem-history"),
    path("problem/<int:pk>/diff/<int:a>..<int:b>/", history.diff, {"kind": "problem"}, name="problem-diff"),
    path("problem/<int:pk>/restore/<int:number>/", history.restore, {"kind": "problem"}, name="problem-restore"),
    path("problem/<int:pk>/sighting/", sightings.new, name="sighting-new"),
    path("problem/<int:pk>/fix/new/", fixes.new, name="fix-new"),
    path("fix/<int:pk>-<slug:slug>/edit/", fixes.edit, name="fix-edit"),
    path("fix/<int:pk>-<slug:slug>/delete/", fixes.delete, name="fix-delete"),
    path("fix/<int:pk>-<slug:slug>/history/", history.history, {"kind": "fix"}, name="fix-history"),
    path("fix/<int:pk>-<slug:slug>/diff/<int:a>..<int:b>/", history.diff, {"kind": "fix"}, name="fix-diff"),
    path("fix/<int:pk>-<slug:slug>/restore/<int:number>/", history.restore, {"kind": "fix"}, name="fix-restore"),
    path("fix/<int:pk>-<slug:slug>/outcomes/", outcomes.of_fix, name="fix-outcomes"),
    path("remedy/<int:pk>/outcome/", outcomes.new, name="remedy-outcome"),
    path("official/<int:pk>/outcome/", outcomes.new_official, name="official-outcome"),
    path("outcome/<int:pk>/edit/", outcomes.edit, name="outcome-edit"),
    path("outcome/<int:pk>/came-back/", outcomes.came_back, name="outcome-came-back"),
    path("outcome/<int:pk>/withdraw/", outcomes.withdraw, name="outcome-withdraw"),
    path("outcome/<int:pk>/history/", history.history, {"kind": "outcome"}, name="outcome-history"),
    path("outcome/<int:pk>/diff/<int:a>..<int:b>/", history.diff, {"kind": "outcome"}, name="outcome-diff"),
    path("o/<str:token>/", outcomes.mailed, name="outcome-mailed"),
    path("comment/<int:pk>/edit/", comments.edit, name="comment-edit"),
    path("comment/<int:pk>/delete/", comments.delete, name="comment-delete"),
    path("comment/<int:pk>/history/", history.history, {"kind": "comment"}, name="comment-history"),
    path("comment/<int:pk>/diff/<int:a>..<int:b>/", history.diff, {"kind": "comment"}, name="comment-diff"),
    path("comment/on/<str:kind>/<int:pk>/", comments.new, name="comment-new"),
    path("vote/<str:kind>/<int:pk>/", votes.vote, name="vote"),
    path("flag/<str:kind>/<int:pk>/", flags.flag, name="flag"),
    path("photo/on/<str:kind>/<int:pk>/", photos.new, name="photo-new"),
    path("photo/<int:pk>/remove/", photos.remove, name="photo-remove"),
    path("sighting/<int:pk>/withdraw/", sightings.withdraw, name="sighting-withdraw"),
    # intake
    path("triage/", triage.triage_page, name="triage"),
    path("triage/new/", triage.new_problem, name="triage-new"),
    path("filing/<int:pk>/undo/", triage.undo, name="filing-undo"),
    path("sighting/new/", triage.new_sighting, name="sighting-unassigned"),
    path("operators/imports/", operators.imports, name="operators-imports"),
    path("operators/imports/<int:pk>/", operators.import_run, name="operators-import"),
    path("operators/imports/<int:pk>/undo/", operators.undo, name="operators-import-undo"),
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/<int:pk>/", moderation.decide, name="moderation-decide"),
    path("media/<path:path>", media.media, name="media"),
    # people
    path("u/<str:name>/", people.member, name="member"),
    path("org/<slug:slug>/", people.organisation, name="organisation"),
    # search
    path("search/", search, name="search"),
    # the face
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/sheet/", styleguide_sheet, name="styleguide-sheet"),
]
