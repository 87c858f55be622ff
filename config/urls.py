"""All addresses: each app's own, sign-in and the admin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("wiki.urls")),
    path("", include("accounts.urls")),
    path("", include("products.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
