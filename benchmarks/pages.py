"""What the pages cost: queries, bytes over the wire, milliseconds of CPU, on the demonstration data.

python -m benchmarks.pages [--json] [--size requests per page]
"""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import Figures, run

QUESTION = "cruise control not working and brake lights stay on"


def measure(size: int) -> tuple[Figures, Figures]:
    """Ask for each page `size` times in one process."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIXLORE_DATA"] = folder
        os.environ["FIXLORE_LOG_LEVEL"] = "WARNING"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        (Path(folder) / "static").mkdir()

        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        with Path(os.devnull).open("w") as nowhere:
            call_command("load_demo", stdout=nowhere)
            call_command("rebuild_search", verbosity=0, stdout=nowhere)
        figures = {name: _page(path, size) for name, path in _paths().items()}
    return {"requests_per_page": size}, figures


def _paths() -> dict[str, str]:
    from urllib.parse import urlencode

    from wiki.models import Fix, Problem

    problem = Problem.objects.filter(product__path__contains="range-rover").order_by("pk").first()
    assert problem is not None
    fix = Fix.objects.filter(problem=problem).order_by("pk").first()
    assert fix is not None
    return {
        "home": "/",
        "search": f"/search/?{urlencode({'q': QUESTION})}",
        "product": "/p/cars/land-rover/range-rover/",
        "problem": problem.get_absolute_url(),
        "fix": fix.get_absolute_url(),
        "sheet": f"{fix.get_absolute_url()}sheet/",
        "step by step": f"{problem.get_absolute_url()}diagnose/",
    }


def _page(path: str, requests: int) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-encoding": "gzip"})
    first = client.get(path)
    assert first.status_code == 200, f"{path} answers {first.status_code}"
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    asked = len(queries)  # now: the next request empties the log
    taken = []
    for _ in range(requests):
        begun = time.process_time()
        client.get(path)
        taken.append((time.process_time() - begun) * 1000)
    return {
        "queries": asked,
        "kilobytes_gzipped": round(len(response.content) / 1000, 1),
        "cpu_ms_median": round(statistics.median(taken), 1),
        "cpu_ms_p95": round(sorted(taken)[int(len(taken) * 0.95)], 1),
    }


if __name__ == "__main__":
    run("pages", measure, small=20)
