"""Addresses of the accounts app."""

from django.urls import URLPattern, path

from accounts.views import data, garage, mail, me, organisation_claims, organisation_queue, team, tokens

app_name = "accounts"

urlpatterns: list[URLPattern] = [
    path("me/", me.overview, name="me"),
    path("me/settings/", me.settings_page, name="settings"),
    path("mail/stop/<str:token>/", mail.stop, name="mail-stop"),
    # the garage
    path("me/garage/", garage.garage, name="garage"),
    path("me/garage/new/", garage.new_item, name="garage-new"),
    path("me/garage/<int:pk>/", garage.item, name="garage-item"),
    path("me/garage/<int:pk>/default/", garage.choose, name="garage-default"),
    path("me/garage/<int:pk>/retire/", garage.retire, name="garage-retire"),
    path("me/garage/<int:pk>/delete/", garage.delete, name="garage-delete"),
    # keys of programs
    path("me/tokens/", tokens.mine, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    # organisations
    path("org/claim/", organisation_claims.new, name="claim-new"),
    path("org/claim/<int:pk>/", organisation_claims.claim, name="claim"),
    path("org/proof/<str:token>/", organisation_claims.proof, name="claim-proof"),
    path("org/invitation/<str:token>/", team.invitation, name="invitation"),
    path("org/<slug:slug>/edit/", team.edit, name="organisation-edit"),
    path("pro/team/", team.pro, name="team"),
    path("moderation/organisations/", organisation_queue.queue, name="claims"),
    path("moderation/organisations/<int:pk>/", organisation_queue.decide, name="claim-decide"),
    # one's own data
    path("me/data/", data.my_data, name="data"),
    path("me/data/export/", data.export, name="data-export"),
    path("me/data/erase/", data.erase, name="data-erase"),
]
