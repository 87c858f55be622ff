"""Who reads a plan: the product they stand before and what they said of their own case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from accounts.models import OwnedProduct
from products.models import Product
from wiki.rules.weighing import Circumstances


@dataclass(frozen=True)
class Reader:
    """A reader's product and circumstances. Nothing of it is needed; what was said is kept in the address.

    `readings` are the keys of readings of tests in the order they were taken, `skipped` tests that were passed over.
    `owned` is the reader's own item when the plan is for it, `serial` its private number; `currency` is an ISO 4217
    code.
    """

    circumstances: Circumstances = field(default_factory=Circumstances)
    product: Product | None = None
    owned: OwnedProduct | None = None
    serial: str = ""
    currency: str = "USD"
    readings: tuple[int, ...] = ()
    skipped: frozenset[int] = frozenset()

    def query(self) -> str:
        """The circumstances as the query part of an address, empty when nothing was said; it can be shared."""
        said = self.circumstances
        pairs: list[tuple[str, str]] = []
        if self.product is not None and self.owned is None:
            pairs.append(("product", self.product.path))
        if said.way != "myself":
            pairs.append(("way", said.way))
        if said.quote is not None:
            pairs.append(("quote", f"{said.quote:g}"))
        if said.quoted is not None:
            pairs.append(("quoted", str(said.quoted)))
        if said.warranty:
            pairs.append(("warranty", "on"))
        if said.cannot_do_it_myself:
            pairs.append(("cannot", "on"))
        pairs.extend(("tried", str(key)) for key in sorted(said.tried))
        pairs.extend(("reading", str(key)) for key in self.readings)
        pairs.extend(("skip", str(key)) for key in sorted(self.skipped))
        return urlencode(pairs)

    @property
    def has_said(self) -> bool:
        """Whether anything but the product was said."""
        return bool(self.readings) or self.circumstances != Circumstances(wage=self.circumstances.wage)

    def having_tried(self, key: int) -> Reader:
        """The same reader after one more remedy that did not help."""
        said = self.circumstances
        return replace(self, circumstances=replace(said, tried=said.tried | {key}))

    def without_tried(self, key: int) -> Reader:
        """The same reader, the remedy not tried after all."""
        said = self.circumstances
        return replace(self, circumstances=replace(said, tried=said.tried - {key}))

    def having_read(self, reading: int) -> Reader:
        """The same reader after one more reading."""
        return replace(self, readings=(*(key for key in self.readings if key != reading), reading))

    def without_reading(self, reading: int) -> Reader:
        """The same reader, the reading taken back."""
        return replace(self, readings=tuple(key for key in self.readings if key != reading))

    def skipping(self, test: int) -> Reader:
        """The same reader, who passes a test over."""
        return replace(self, skipped=self.skipped | {test})

    def pointed(self, pointers: tuple[tuple[int, float], ...]) -> Reader:
        """The same reader, whose readings turn the odds of remedies."""
        return replace(self, circumstances=replace(self.circumstances, pointers=pointers))
