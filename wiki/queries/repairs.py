"""Imported repairs below a place in the product tree: how they went, and who recorded them.

They are outcomes without a remedy, so they count here and in no plan.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count

from products.models import ImportRun, Product
from wiki.models import Repair
from wiki.queries.tallies import within

KEPT_FOR = 600
"""Seconds; repairs come and go with import runs alone, which change the name under which the counts are kept."""
PROVIDERS_NAMED = 12


@dataclass(frozen=True)
class RepairRow:
    """A result with its number, and its share of the recorded ones in percent; None for what was not recorded."""

    words: str
    number: int
    percent: int | None


@dataclass(frozen=True)
class Repairs:
    """Repairs by result, and the organisations that recorded them, those with the most first."""

    rows: tuple[RepairRow, ...]
    providers: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many repairs there are."""
        return sum(row.number for row in self.rows)


def repairs_of(product: Product) -> Repairs | None:
    """The repairs of a product and of all below it, None without any: one query, another where they are not kept."""
    run = ImportRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").values_list("finished_at", "pk")
    kept = f"repairs:{product.pk}.{product.tree_id}.{product.lft}.{product.rght}:{run.first()}".replace(" ", "_")
    found: Counter[tuple[str, str]] | None = cache.get(kept)
    if found is None:
        rows = Repair.objects.filter(within([product])).order_by().values_list("result", "provider")
        found = Counter({(result, provider): number for result, provider, number in rows.annotate(n=Count("pk"))})
        cache.set(kept, found, KEPT_FOR)
    if not found:
        return None
    results: Counter[str] = Counter()
    providers: Counter[str] = Counter()
    for (result, provider), number in found.items():
        results[result] += number
        providers[provider] += number
    recorded = results.total() - results[Repair.Result.UNKNOWN]
    return Repairs(
        tuple(
            RepairRow(
                str(result.label),
                results[result],
                None if result == Repair.Result.UNKNOWN else round(100 * results[result] / recorded),
            )
            for result in Repair.Result
            if results[result]
        ),
        tuple(provider for provider, _ in providers.most_common(PROVIDERS_NAMED)),
    )
