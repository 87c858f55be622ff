"""Eight processes that write to the product tree at once leave no node wrong."""

import os
import shutil
from pathlib import Path

import pytest

from tests.site_process import SiteProcess

_WRITERS = 8
_ACTS = 10
_START = """
from tests.builders.products import a_model
for make in ("Ford", "Land Rover", "Audi"):
    for n in range(5):
        a_model(name=f"{make} {n}", make=make)
"""


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_eight_writers_at_once_leave_no_node_wrong(database: str, tmp_path: Path, empty_site: Path) -> None:
    if database == "postgresql" and not os.environ.get("FIXLORE_TEST_DATABASE_URL"):
        pytest.skip("FIXLORE_TEST_DATABASE_URL names no PostgreSQL database to write to.")
    url = os.environ["FIXLORE_TEST_DATABASE_URL"] if database == "postgresql" else ""
    shutil.copytree(empty_site, tmp_path / "site")
    with SiteProcess(tmp_path / "site", database_url=url) as site:
        if url:
            assert site.manage("migrate", "-v0").code == 0
            assert site.manage("flush", "--no-input", "-v0").code == 0
        site.python(_START)
        ended = site.at_once(*(("tests.products.tree_writer:main", number, _ACTS) for number in range(_WRITERS)))
        assert [writer.code for writer in ended] == [0] * _WRITERS, ended
        checked = site.manage("check_tree")
        assert checked.code == 0, checked.said
        assert int(site.python("from products.models import *; print(Product.objects.count())")) > 40
        site.python("from products.models import *; Product.objects.filter(pk=Product.objects.last().pk).update(lft=1)")
        assert site.manage("check_tree").code == 1
        assert site.manage("rebuild_tree").said == "1 products and 0 components were wrong.\n"
        assert site.manage("check_tree").code == 0
