"""One of several processes that write to the product tree at once."""

import random


def main(number: int, acts: int) -> None:
    """Add, rename, move and remove products of a random kind; refusals of the rules are part of the game."""
    from products.actions.tree import add_product, insert_generation, move_product, remove_product, rename_product
    from products.errors import ProductsRefusal
    from products.models import Product

    chance = random.Random(number)
    for act in range(acts):
        makes = list(Product.objects.filter(kind="make"))
        models = list(Product.objects.filter(kind="model"))
        years = list(Product.objects.filter(kind="year"))
        try:
            match chance.randrange(8):
                case 0 | 1:
                    add_product(parent=chance.choice(makes), kind="model", name=f"{chance.random():.6f} {number} {act}")
                case 2 | 3:
                    add_product(parent=chance.choice(models), kind="year", name=str(chance.randrange(1990, 2026)))
                case 4:
                    rename_product(product=chance.choice(models), name=f"{chance.random():.6f} new {number} {act}")
                case 5:
                    move_product(product=chance.choice(models), parent=chance.choice(makes))
                case 6:
                    insert_generation(model=chance.choice(models), name=f"G{number}{act}", year_from=2000, year_to=2010)
                case 7:
                    remove_product(product=chance.choice(years or models))
        except ProductsRefusal:
            continue
