"""What it costs to tell many followers of one act, and to mail them.

python -m benchmarks.following [--json] [--size followers]
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

MAILED = 500


def measure(size: int) -> tuple[Figures, Figures]:
    """Let `size` members follow one problem, tell them twice of one thing, and mail some of them."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIXLORE_DATA"] = folder
        os.environ["FIXLORE_LOG_LEVEL"] = "WARNING"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        (Path(folder) / "static").mkdir()

        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        call_command("migrate", verbosity=0)
        figures = _figures(size)
    return {"followers": size, "mailed": min(size, MAILED)}, figures


def _figures(size: int) -> Figures:
    from allauth.account.models import EmailAddress
    from django.core import mail
    from django.utils import timezone

    from accounts.models import User
    from products.actions.tree import add_product
    from wiki.actions.following import tell_followers
    from wiki.actions.mailed_news import mail_news
    from wiki.models import Follow, Problem

    now = timezone.now()
    cars = add_product(parent=None, kind="category", name="Cars")
    make = add_product(parent=cars, kind="make", name="Marque")
    problem = Problem.objects.create(product=make, title="Stalls when warm", created_at=now, updated_at=now)

    def tell(state: str) -> None:
        tell_followers(about=problem, kind="answer", state=state, now=now)

    figures = {"nobody_follows_ms": _cost(lambda: tell("nobody"))}
    crowd = (User(username=f"m{n}", email=f"m{n}@example.org", notification_mail="at_once") for n in range(size))
    members = User.objects.bulk_create(crowd)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=each.email, primary=True, verified=True) for each in members
    )
    Follow.objects.bulk_create(Follow(member=each, problem=problem, created_at=now) for each in members)
    figures["all_are_told_ms"] = _cost(lambda: tell("answered"))
    figures["told_again_ms"] = _cost(lambda: tell("answered"))
    mailed = members[:MAILED]
    total = _cost(lambda: [mail_news(member=each, now=now) for each in mailed])
    figures["a_mail_ms"] = round(total / len(mailed), 2)
    assert len(mail.outbox) == len(mailed)
    return figures


def _cost(act: Callable[[], Any]) -> float:
    """Milliseconds of CPU."""
    begun = time.process_time()
    act()
    return round((time.process_time() - begun) * 1000, 1)


if __name__ == "__main__":
    run("following", measure, small=1_000)
