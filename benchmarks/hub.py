"""What the hub of a make and of a model costs with many unassigned sightings below it.

python -m benchmarks.hub [--json] [--size sightings]
"""

import datetime
import os
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

MODELS, YEARS = 12, range(1998, 2024)
WORDS = ["brake", "light", "stays", "on", "stalls", "idle", "noise", "steering", "airbag", "fuel", "leak", "window"]
PAGES = {"make": "/p/cars/marque/", "model": "/p/cars/marque/model-1/", "year": "/p/cars/marque/model-1/2010/"}
MORE = {"reliability of a model": "/p/cars/marque/model-1/reliability/", "front page": "/"}


def measure(size: int) -> tuple[Figures, Figures]:
    """Fill a site with `size` sightings of one make and ask for its hubs, first with empty caches."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIXLORE_DATA"] = folder
        os.environ["FIXLORE_LOG_LEVEL"] = "WARNING"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        (Path(folder) / "static").mkdir()

        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        _fill(size)
        figures = {name: _page(path) for name, path in (PAGES | MORE).items()}
        figures["triage"] = _page("/triage/?product=cars/marque", signed_in=True)
    return {"sightings": size, "products": MODELS * len(YEARS) + MODELS + 2}, figures


def _fill(size: int) -> None:
    from django.utils import timezone

    from products.actions.components import add_component
    from products.actions.tree import add_product
    from wiki.models import Sighting

    chance = random.Random(0)
    cars = add_product(parent=None, kind="category", name="Cars")
    marque = add_product(parent=cars, kind="make", name="Marque")
    years = []
    for number in range(MODELS):
        model = add_product(parent=marque, kind="model", name=f"Model {number}")
        years += [(add_product(parent=model, kind="year", name=str(year)).pk, year) for year in YEARS]
    systems = [add_component(parent=None, name=f"System {number}") for number in range(20)]
    parts = [add_component(parent=system, name=f"Part {n} of {system}") for system in systems for n in range(2)]
    now = timezone.now()

    def one() -> Sighting:
        product, year = chance.choice(years)
        return Sighting(
            product_id=product,
            component_id=chance.choice(parts).pk if chance.random() < 0.9 else None,
            text=" ".join(chance.choices(WORDS, k=60)),
            seen_on=datetime.date(min(2025, year + chance.randrange(15)), chance.randrange(1, 13), 1),
            usage=chance.randrange(1000, 180_000) if chance.random() < 0.7 else None,
            created_at=now,
            source="benchmark",
        )

    for start in range(0, size, 5000):
        Sighting.objects.bulk_create([one() for _ in range(min(5000, size - start))])


def _page(path: str, *, signed_in: bool = False) -> dict[str, Any]:
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    client = Client(headers={"accept-encoding": "gzip"})
    if signed_in:
        user, _ = User.objects.get_or_create(username="member", email="member@example.org")
        client.force_login(user, backend="accounts.backends.ProductRoleBackend")
    client.get("/help/")  # templates and settings are read once a process
    client.get(path)
    cold, warm = [], []
    for _ in range(5):
        cache.clear()
        begun = time.process_time()
        assert client.get(path).status_code == 200, path
        cold.append((time.process_time() - begun) * 1000)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    asked = len(queries)  # now: the next request empties the log
    for _ in range(20):
        begun = time.process_time()
        client.get(path)
        warm.append((time.process_time() - begun) * 1000)
    return {
        "queries_cold": asked,
        "kilobytes_gzipped": round(len(response.content) / 1000, 1),
        "cpu_ms_cold": round(statistics.median(cold), 1),
        "cpu_ms_warm": round(statistics.median(warm), 1),
    }


if __name__ == "__main__":
    run("hub", measure, small=100_000)
