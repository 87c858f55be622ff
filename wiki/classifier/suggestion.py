"""Which component a report may be about where nobody said: only what the model was taught about is asked of it."""

from __future__ import annotations

from wiki.classifier.prediction import chances, classify

TAUGHT = frozenset({"cars", "tires", "child-seats", "vehicle-equipment"})
"""Categories, as the first step of a product's path, that the complaints come from: of a toaster it would guess."""


def suggested_component(text: str, product_path: str) -> str | None:
    """The slug of the component that a text suggests; None where it is unknown, or the product is of another kind."""
    if product_path.partition("/")[0] not in TAUGHT or not text.strip():
        return None
    return classify(text)[0]


def component_chances(text: str, product_path: str) -> dict[str, float]:
    """The chance of each component by slug; none where the text says nothing or the product is of another kind."""
    if product_path.partition("/")[0] not in TAUGHT or not text.strip():
        return {}
    return chances(text)
