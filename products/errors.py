"""What the products app refuses, each with a sentence fit to show."""


class ProductsRefusal(Exception):
    """A refusal with a sentence fit to show."""


class TreeLockMissing(ProductsRefusal):
    """A tree write outside a transaction that holds the tree lock."""


class NameMissing(ProductsRefusal):
    """A name without a letter or a digit."""


class NameTaken(ProductsRefusal):
    """A sibling has that name in another spelling, or the same address."""


class NameTooLong(ProductsRefusal):
    """The name, the full name or the path would be longer than fits."""


class WrongLevel(ProductsRefusal):
    """A level that cannot stand where it was put."""


class MoveIntoItself(ProductsRefusal):
    """A node moved under itself or something below it."""


class ProductGone(ProductsRefusal):
    """The product, component or parent is no longer there."""


class ProductInUse(ProductsRefusal):
    """Something still hangs on what was to be removed."""


class YearsOutOfOrder(ProductsRefusal):
    """A range of years that ends before it begins."""


class NumberTaken(ProductsRefusal):
    """The publisher has an official diagnostic of that number."""


class SupersedeRefused(ProductsRefusal):
    """A diagnostic cannot be superseded by itself, by an older one that it supersedes, or twice."""


class InvalidDates(ProductsRefusal):
    """Dates or serial numbers that end before they begin."""


class CodeNotUnderstood(ProductsRefusal):
    """Text that holds no fault code."""


class CodeTaken(ProductsRefusal):
    """The source has a meaning for that code and make."""


class UnknownCurrency(ProductsRefusal):
    """A currency that is no three-letter code, or has no rate in the table."""


class FileRefused(ProductsRefusal):
    """A file that an importer cannot read."""


class RunStopped(ProductsRefusal):
    """An import that stopped before its end."""


class UndoRefused(ProductsRefusal):
    """A run that cannot be undone, and what stands in the way."""


class NotThatProduct(ProductsRefusal):
    """A name that cannot be another name of that product: another level, or it stands elsewhere."""


class NothingToDecide(ProductsRefusal):
    """Names that wait no more, because somebody decided them or an import matched them."""
