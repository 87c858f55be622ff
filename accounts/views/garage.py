"""The garage: a member's own products, seen by nobody else."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.garage import (
    add_owned_product,
    choose_owned_product,
    edit_owned_product,
    remove_owned_product,
    retire_owned_product,
)
from accounts.errors import OwnedProductInUse
from accounts.forms import OwnedProductForm
from accounts.models import OwnedProduct, User
from accounts.queries.garage import garage_of, owned_product, product_at, serial_of


@login_required
@require_safe
def garage(request: HttpRequest) -> HttpResponse:
    """The member's own products, "my product" first."""
    items = garage_of(_member(request))
    shown = {
        "items": [owned for owned in items if owned.retired_at is None],
        "retired": [owned for owned in items if owned.retired_at is not None],
    }
    return render(request, "accounts/garage.html", shown)


@login_required
@never_cache
@sensitive_post_parameters("serial")
@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: HttpRequest) -> HttpResponse:
    """Add an own product; `?product=<path>` begins with one. A posted `begin` does too, and brings a serial number."""
    if "begin" in request.POST:
        product, serial = product_at(request.POST.get("product", "")), request.POST.get("serial", "")
        form = OwnedProductForm(product=product, serial=serial[:200])
        return render(request, "accounts/garage_item.html", {"form": form, "owned": None})
    form = OwnedProductForm(request.POST or None, product=product_at(request.GET.get("product", "")))
    if request.method == "POST" and form.is_valid():
        owned = add_owned_product(
            member=_member(request),
            details=form.details(),
            make_default=form.cleaned_data["make_default"],
            now=timezone.now(),
        )
        messages.success(request, f"{owned.product} stands in your garage.")
        return redirect("accounts:garage")
    return render(request, "accounts/garage_item.html", {"form": form, "owned": None})


@login_required
@sensitive_post_parameters("serial")
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at an own product and change what was said of it."""
    owned = _owned(request, pk)
    serial = serial_of(owned, _member(request))
    form = OwnedProductForm(request.POST or None, owned=owned, serial=serial or "")
    if request.method == "POST" and form.is_valid():
        edit_owned_product(owned=owned, actor=_member(request), details=form.details())
        messages.success(request, "Saved.")
        return redirect("accounts:garage")
    shown = {"form": form, "owned": owned, "serial_is_lost": serial is None}
    return render(request, "accounts/garage_item.html", shown)


@login_required
@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it "my product"."""
    owned = choose_owned_product(owned=_owned(request, pk), actor=_member(request))
    messages.success(request, f"{owned} is your product now: search and plans begin with it.")
    return redirect("accounts:garage")


@login_required
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the member no longer has it."""
    owned = retire_owned_product(owned=_owned(request, pk), actor=_member(request), now=timezone.now())
    messages.success(request, f"{owned} is noted as no longer yours. What you reported on it stays.")
    return redirect("accounts:garage")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete it with its serial number, after one more question."""
    owned = _owned(request, pk)
    if request.method != "POST":
        return render(request, "accounts/garage_delete.html", {"owned": owned})
    try:
        remove_owned_product(owned=owned, actor=_member(request))
    except OwnedProductInUse as refusal:
        return render(request, "accounts/garage_delete.html", {"owned": owned, "refusal": str(refusal)}, status=409)
    messages.success(request, f"{owned} is deleted from your garage.")
    return redirect("accounts:garage")


def _member(request: HttpRequest) -> User:
    return cast("User", request.user)


def _owned(request: HttpRequest, pk: int) -> OwnedProduct:
    """The member's own product; somebody else's equals absent."""
    owned = owned_product(_member(request), pk)
    if owned is None:
        raise Http404
    return owned
