"""All addresses: each app's own, sign-in and the admin."""

from django.contrib import admin
from django.urls import include, path

from wiki.api.site import urls as api_urls

urlpatterns = [
    # Before the wiki's, where /org/<slug>/ would take /org/claim/ for a name.
    path("", include("accounts.urls")),
    path("", include("wiki.urls")),
    path("", include("products.urls")),
    path("api/v1/", api_urls()),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
