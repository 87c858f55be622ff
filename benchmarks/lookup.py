"""What the dealer's lookup costs on a site with many problems: queries and milliseconds of CPU, by page and by API.

python -m benchmarks.lookup [--json] [--size problems beside those of the demonstration]
"""

import os
import random
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, milliseconds, run

VIN = "SALLMAMH44A123456"
SCAN = """Fault report 2026-11-20 11:02
Engine control module
  P0571-00 (2A)  Brake switch A circuit
ABS module
  P0504-64  Brake switches A/B correlation"""
LOOKUPS = 40
SEED = 20261124


def measure(size: int) -> tuple[Figures, Figures]:
    """Fill a site of its own with so many problems beside the demonstration's, and ask as a counter does."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIXLORE_DATA"] = folder
        os.environ.setdefault("FIXLORE_LOG_LEVEL", "ERROR")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        (Path(folder) / "static").mkdir()

        import django
        from django.core.management import call_command

        django.setup()

        from benchmarks.search import fill_site
        from benchmarks.search_corpus import CODES

        call_command("migrate", verbosity=0)
        with Path(os.devnull).open("w") as nowhere:
            call_command("load_demo", stdout=nowhere)
            fill_site(size)
            call_command("rebuild_search", verbosity=0, stdout=nowhere)
        chance = random.Random(SEED)
        codes = [f"P{chance.randrange(CODES):04}" for _ in range(2 * LOOKUPS)]
        pairs = [{"text": f"{codes[n]} {codes[-n - 1]}", "usage_unit": "mi"} for n in range(LOOKUPS)]
        founding: dict[str, Any] = {"vin": VIN, "text": SCAN, "usage": 121000, "usage_unit": "mi"}
        figures = {
            "a VIN and two codes": _asked("/pro/lookup/", [founding] * LOOKUPS),
            "two codes of 3,000": _asked("/pro/lookup/", pairs),
            "a VIN and two codes, by the API": _asked("/api/v1/lookup", [founding] * LOOKUPS),
        }
    return {"problems": size, "lookups": LOOKUPS}, figures


def _asked(path: str, lookups: list[dict[str, Any]]) -> Figures:
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-encoding": "gzip"})
    more = {"content_type": "application/json"} if "/api/" in path else {}

    def ask(lookup: dict[str, Any]) -> Any:
        cache.clear()  # as the first visit of the day, and no limit on how often one may ask
        response = client.post(path, lookup, **more)
        assert response.status_code == 200, response.content
        return response

    ask(lookups[0])  # templates, settings and lexicons are read once a process
    with CaptureQueriesContext(connection) as queries:
        response = ask(lookups[0])
    asked = len(queries)
    return {
        "queries": asked,
        "kilobytes": round(len(response.content) / 1000, 1),
        "cpu_ms": milliseconds([lambda one=one: ask(one) for one in lookups]),
    }


if __name__ == "__main__":
    run("lookup", measure, small=200)
