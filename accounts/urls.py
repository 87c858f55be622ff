"""Addresses of the accounts app."""

from django.urls import URLPattern, path

from accounts.views import data, garage, mail, me, tokens

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
    # one's own data
    path("me/data/", data.my_data, name="data"),
    path("me/data/export/", data.export, name="data-export"),
    path("me/data/erase/", data.erase, name="data-erase"),
]
