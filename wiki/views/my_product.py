"""My product without an account: one product kept in a signed cookie of the reader's own browser."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.queries.garage import default_product, product_at
from products.models import Product

COOKIE = "my_product"
YEAR = 365 * 24 * 3600


def my_product(request: HttpRequest) -> Product | None:
    """The product that searches begin in: the member's default one, else the one chosen in this browser."""
    owned = default_product(request.user)
    if owned is not None:
        return owned.product
    path = request.get_signed_cookie(COOKIE, default="", max_age=YEAR) or ""
    return product_at(path[:500])


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Remember in this browser that a product is the reader's."""
    product = get_object_or_404(Product, pk=pk)
    answer = redirect(product)
    answer.set_signed_cookie(
        COOKIE, product.path, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    messages.success(request, f"{product.full_name} is your product in this browser: searches begin there.")
    return answer


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Forget the product that this browser remembers."""
    answer = redirect("wiki:home")
    answer.delete_cookie(COOKIE, samesite="Lax")
    messages.success(request, "This browser has forgotten your product.")
    return answer
