"""A small site of its own in a temporary folder, for benchmarks that hurt its search index."""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("brake", "gear", "light", "pump", "valve", "belt", "seal", "fan")
WORDS = [f"{name}{letter}" for name in NAMES for letter in ("", *"abcdefgh")]
SYMPTOM_WORDS = 60


@contextmanager
def site(problems: int, seed: int, words: Sequence[str] = WORDS) -> Iterator[list[int]]:
    """Open the site in this process, its problems made of those words; their ids. Once per process."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FIXLORE_DATA"] = folder
        opened()
        from django.core.management import call_command
        from django.utils import timezone

        from products.models import Product
        from wiki.models import Problem

        call_command("migrate", verbosity=0)
        chance, now = random.Random(seed), timezone.now()
        car = Product.objects.create(
            name="Cars", kind="category", slug="cars", key="cars", path="cars", full_name="Cars"
        )
        made = Problem.objects.bulk_create(
            Problem(
                product=car,
                title=" ".join(chance.choices(words, k=5)),
                symptom=" ".join(chance.choices(words, k=SYMPTOM_WORDS)),
                symptom_html="",
                created_at=now,
                updated_at=now,
            )
            for _ in range(problems)
        )
        yield [problem.pk for problem in made]


def opened() -> None:
    """Set the site up that FIXLORE_DATA names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("FIXLORE_LOG_LEVEL", "ERROR")
    import django

    django.setup()


def change_some(ids: list[int], chance: random.Random, count: int) -> None:
    """Edit some problems as an act does: with rows in the change feed, in one transaction."""
    from django.db import transaction

    from products.models import Change
    from wiki.models import Problem

    chosen = chance.sample(ids, count)
    with transaction.atomic():
        for pk in chosen:
            Problem.objects.filter(pk=pk).update(title=" ".join(chance.choices(WORDS, k=5)))
        Change.objects.bulk_create(Change(kind="problem", object_id=pk) for pk in chosen)


def beside(module: str, *arguments: str, engine: str) -> subprocess.Popen[str]:
    """A process on the same site that runs a benchmark's own part of the work and prints lines."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, "FIXLORE_SEARCH_ENGINE": engine},
    )


def with_engine(name: str) -> Any:
    """This process's engine from now on."""
    from django.conf import settings

    from wiki.search.engines import chosen

    settings.SEARCH_ENGINE = name
    return chosen()
