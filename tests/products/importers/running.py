"""Running an importer in a test, and what the catalogue then holds."""

import datetime
from pathlib import Path
from typing import Any

from products.importers.engine import Importer, run_import
from products.models import DiagnosticDocument, DiagnosticProduct, FaultCode, ImportRun, OfficialDiagnostic, Product

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)


def imported(importer: Importer[Any], path: Path, **options: Any) -> ImportRun:
    return run_import(importer=importer, path=path, clock=lambda: NOW, **options)


def written(folder: Path, text: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def catalogue() -> dict[str, list[Any]]:
    """All that importers write, without ids, which differ between databases."""
    return {
        "products": list(Product.objects.order_by("path").values_list("path", "full_name", "lft", "rght", "level")),
        "codes": sorted(FaultCode.objects.values_list("base", "make__path", "source", "description"), key=repr),
        "diagnostics": list(OfficialDiagnostic.objects.order_by("number").values_list("number", "title", "situation")),
        "documents": list(
            DiagnosticDocument.objects.order_by("diagnostic__number", "name").values_list(
                "diagnostic__number", "name", "summary", "url"
            )
        ),
        "coverage": list(
            DiagnosticProduct.objects.order_by("diagnostic__number", "product__path").values_list(
                "diagnostic__number", "product__path"
            )
        ),
    }


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """Rows that created, updated, changed nothing, and were refused."""
    return run.rows_created, run.rows_updated, run.rows_unchanged, run.rows_refused
