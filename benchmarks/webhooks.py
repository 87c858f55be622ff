"""What it costs to put an event in line for many webhooks, to find what is due, and to send it.

python -m benchmarks.webhooks [--json] [--size webhooks]

The receiver is a thread of the same process and answers at once, so a delivery costs here what it costs the site, and a
little of the receiver.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

SENT = 300


def measure(size: int) -> tuple[Figures, Figures]:
    """Let `size` webhooks listen to one product, tell them of a problem, and send to some of them."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIXLORE_DATA"] = folder
        os.environ["FIXLORE_LOG_LEVEL"] = "WARNING"
        os.environ["FIXLORE_WEBHOOKS_LOCAL"] = "1"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        (Path(folder) / "static").mkdir()

        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        figures = _figures(size)
    return {"webhooks": size, "sent": min(size, SENT)}, figures


def _figures(size: int) -> Figures:
    from django.utils import timezone

    from accounts.encryption import encrypt
    from accounts.models import User
    from products.actions.tree import add_product
    from wiki.actions.webhook_delivery import deliver
    from wiki.actions.webhook_events import announce
    from wiki.models import Problem, Webhook, WebhookDelivery
    from wiki.queries.webhooks import due_deliveries
    from wiki.rules.webhooks import secret_text

    now = timezone.now()
    cars = add_product(parent=None, kind="category", name="Cars")
    make = add_product(parent=cars, kind="make", name="Marque")
    problem = Problem.objects.create(product=make, title="Stalls when warm", created_at=now, updated_at=now)
    figures = {"nobody_listens_ms": _cost(lambda: announce(about=problem, kind="new_problem", now=now))}

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    member = User.objects.create_user(username="many", email="many@example.org", password=None)
    secret = encrypt(secret_text(b"k" * 32))
    Webhook.objects.bulk_create(
        Webhook(
            member=member,
            product=make,
            address=f"http://127.0.0.1:{server.server_port}/{number}",
            events=["problem.new"],
            secret_encrypted=secret,
            created_at=now,
        )
        for number in range(size)
    )
    figures["all_are_told_ms"] = _cost(lambda: announce(about=problem, kind="new_problem", now=now))
    figures["told_again_ms"] = _cost(lambda: announce(about=problem, kind="new_problem", now=now))
    figures["what_is_due_ms"] = _cost(lambda: due_deliveries(now))
    due = due_deliveries(now)[:SENT]
    begun = time.monotonic()
    total = _cost(lambda: [deliver(pk=pk, now=now, luck=0.0) for pk in due])
    figures["a_delivery_ms"] = round(total / len(due), 2)
    figures["deliveries_a_second"] = round(len(due) / (time.monotonic() - begun))
    assert WebhookDelivery.objects.filter(status="delivered").count() == len(due)
    server.shutdown()
    return figures


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *said: object) -> None:
        """Nothing: it is measured."""


def _cost(act: Callable[[], Any]) -> float:
    """Milliseconds of CPU."""
    begun = time.process_time()
    act()
    return round((time.process_time() - begun) * 1000, 1)


if __name__ == "__main__":
    run("webhooks", measure, small=1_000)
