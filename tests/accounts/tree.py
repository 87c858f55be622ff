"""A small product tree for the tests about people."""

from dataclasses import dataclass

from products.actions.tree import add_product
from products.models import Product


@dataclass(frozen=True)
class Tree:
    """cars > Land Rover > Range Rover, cars > Ford, and bicycles."""

    cars: Product
    land_rover: Product
    range_rover: Product
    ford: Product
    bicycles: Product


def make_tree() -> Tree:
    """The products that roles and scopes are held on."""
    cars = add_product(parent=None, kind="category", name="Cars")
    land_rover = add_product(parent=cars, kind="make", name="Land Rover")
    range_rover = add_product(parent=land_rover, kind="model", name="Range Rover")
    ford = add_product(parent=cars, kind="make", name="Ford")
    bicycles = add_product(parent=None, kind="category", name="Bicycles")
    # Every insertion renumbers the tree: read the nodes as they stand now.
    return Tree(*(Product.objects.get(pk=node.pk) for node in (cars, land_rover, range_rover, ford, bicycles)))
