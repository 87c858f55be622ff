"""What tests about people share."""

import pytest

from tests.accounts.tree import Tree, make_tree


@pytest.fixture
def tree(db) -> Tree:
    """A small product tree."""
    return make_tree()
