"""Import the dump of a Stack Exchange site."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from products.errors import ProductsRefusal
from products.importers.command import ImportCommand
from products.models import Product
from wiki.importers.stack_exchange import StackExchangeImporter
from wiki.importers.stack_exchange_files import write_in_order


class Command(ImportCommand):
    """Make problems, fixes, comments, votes and revisions of one product from a dump, with attribution."""

    help = "Import the unpacked dump of a Stack Exchange site (XML, or CSV of the same columns) under one product."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that holds Posts.xml and the other files")
        parser.add_argument("--product", required=True, help="the path of the product that the site is about")
        parser.add_argument("--site", help="the site's host name, for links to the originals; else the folder's name")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="import-") as scratch:
            staged = Path(scratch) / f"{folder.resolve().name}.csv"
            try:
                write_in_order(folder, staged)
            except ProductsRefusal as refusal:
                raise CommandError(str(refusal)) from refusal
            super().handle(*args, **{**options, "files": [staged]})

    def importer(self, path: Path, options: dict[str, Any]) -> StackExchangeImporter:
        product = Product.objects.filter(path=options["product"].strip("/")).first()
        if product is None:
            raise CommandError(f"There is no product with the path {options['product']}.")
        return StackExchangeImporter(site=(options["site"] or path.stem)[:60], product=product)
