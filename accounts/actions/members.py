"""Add a member without the sign-up form, and change what a member says of themselves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.actions.notifications import choose_notification_mail
from accounts.models import Role, User
from accounts.queries.demonstration import usable_demonstration_accounts
from products.models import Product


@transaction.atomic
def add_member(
    *, username: str, email: str, password: str | None, now: datetime, about: str = "", is_demonstration: bool = False
) -> User:
    """Add a member whose mail address counts as confirmed, for demonstration data and operators."""
    member = User(username=username, email=email, about=about, is_demonstration=is_demonstration, date_joined=now)
    member.set_password(password)
    member.full_clean(exclude=["password"])
    member.save()
    EmailAddress.objects.create(user=member, email=email, primary=True, verified=True)
    return member


@transaction.atomic
def give_role(*, member: User, name: str, product: Product | None, actor: User | None, now: datetime) -> Role:
    """Give a role on a product and all below it, or everywhere; giving it twice changes nothing."""
    role, _ = Role.objects.get_or_create(
        member=member, name=name, product=product, defaults={"granted_by": actor, "granted_at": now}
    )
    return role


@transaction.atomic
def change_settings(
    *, member: User, username: str, about: str, hourly_wage: Decimal | None, notification_mail: str
) -> User:
    """Change name, words about oneself, the value of an own hour of work, and the mail about what one follows."""
    member.username = username
    member.about = about
    member.hourly_wage = hourly_wage
    member.save(update_fields=["username", "about", "hourly_wage"])
    if notification_mail != member.notification_mail:
        choose_notification_mail(member=member, wish=notification_mail)
    return member


@transaction.atomic
def close_demonstration_accounts() -> list[str]:
    """Take the passwords of all demonstration accounts away and return their names; their sessions end with it."""
    names = usable_demonstration_accounts()
    for member in User.objects.select_for_update().filter(username__in=names):
        member.set_unusable_password()
        member.save(update_fields=["password"])
    return names
