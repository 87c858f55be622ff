"""Import the dump of a Stack Exchange site."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from products.errors import ProductsRefusal
from products.importers.command import ImportCommand
from products.importers.lock import staging_folder
from products.models import Product
from products.rules.naming import key_of, tidy
from wiki.importers.stack_exchange import StackExchangeImporter
from wiki.importers.stack_exchange_files import write_in_order

_LONGEST_NAME = 100


class Command(ImportCommand):
    """Make problems, fixes, comments, votes and revisions of one product from a dump, with attribution."""

    help = "Import the unpacked dump of a Stack Exchange site (XML, or CSV of the same columns) under one product."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that holds Posts.xml and the other files")
        about = parser.add_mutually_exclusive_group(required=True)
        about.add_argument("--product", help="the path of the product that the site is about")
        about.add_argument("--category", help="the name of the product category that it is about, made where missing")
        parser.add_argument("--site", help="the site's host name, for links to the originals; else the folder's name")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"] = Path(options["folder"])
        self.importer(folder, options)  # what was typed wrong is said before a long file is read
        try:
            with staging_folder(StackExchangeImporter.name) as scratch:
                staged = scratch / f"{folder.resolve().name}.csv"
                write_in_order(folder, staged, show_progress=sys.stderr.isatty())
                super().handle(*args, **{**options, "files": [staged]})
        except ProductsRefusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt as interrupt:
            raise CommandError("Stopped before the import began.", returncode=130) from interrupt

    def importer(self, path: Path, options: dict[str, Any]) -> StackExchangeImporter:
        site = (options["site"] or options["folder"].resolve().name)[:60]
        category = tidy(options.get("category") or "")
        if category:
            if not key_of(category) or len(category) > _LONGEST_NAME:
                raise CommandError(f"A category needs a letter or digit and at most {_LONGEST_NAME} characters.")
            return StackExchangeImporter(site=site, category=category)
        product = Product.objects.filter(path=(options.get("product") or "").strip("/")).first()
        if product is None:
            raise CommandError(f"There is no product with the path {options.get('product')}.")
        return StackExchangeImporter(site=site, product=product)
