"""Addresses of the products app."""

from django.urls import URLPattern, path

from products.views import suggest

app_name = "products"

urlpatterns: list[URLPattern] = [
    path("suggest/products/", suggest.products, name="suggest-products"),
    path("suggest/components/", suggest.components, name="suggest-components"),
    path("suggest/codes/", suggest.codes, name="suggest-codes"),
]
