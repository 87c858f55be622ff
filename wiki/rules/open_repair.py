"""Open Repair Data v0.3 of the Open Repair Alliance: its columns and lists of values, and how ours are told in them."""

from __future__ import annotations

import datetime

COLUMNS = (
    "id", "data_provider", "country", "partner_product_category", "product_category", "product_category_id", "brand",
    "year_of_manufacture", "product_age", "repair_status", "repair_barrier_if_end_of_life", "group_identifier",
    "event_date", "problem",
)  # fmt: skip
CATEGORIES = (
    "Aircon/dehumidifier", "Battery/charger/adapter", "Decorative or safety lights", "Desktop computer",
    "Digital compact camera", "DSLR/video camera", "Fan", "Flat screen", "Hair & beauty item",
    "Handheld entertainment device", "Headphones", "Hi-Fi integrated", "Hi-Fi separates", "Kettle", "Lamp", "Laptop",
    "Large home electrical", "Misc", "Mobile", "Musical instrument", "Paper shredder", "PC accessory",
    "Portable radio", "Power tool", "Printer/scanner", "Projector", "Sewing machine", "Small home electrical",
    "Small kitchen item", "Tablet", "Toaster", "Toy", "TV and gaming-related accessories", "Vacuum", "Watch/clock",
    "Coffee maker", "Food processor", "Games console", "Hair dryer", "Iron",
)  # fmt: skip
"""The product categories of the standard; the first has the id 1."""

STATUSES = ("Fixed", "Repairable", "End of life", "Unknown")
BARRIERS = (
    "", "Spare parts not available", "Spare parts too expensive", "No way to open product",
    "Repair information not available", "Lack of equipment", "Item too worn out",
)  # fmt: skip
"""Why a product is at the end of its life. An outcome never says that it is: one remedy failed, another may work."""

ELSEWHERE = "Misc"
_KEYS = {"".join(filter(str.isalnum, name.casefold())): name for name in CATEGORIES}
_ALIKE = {
    "dishwashers": "Large home electrical",
    "washingmachines": "Large home electrical",
    "refrigerators": "Large home electrical",
    "laptops": "Laptop",
    "phones": "Mobile",
    "televisions": "Flat screen",
}


def category_of(name: str) -> tuple[str, int]:
    """The standard's category of one of ours, and its id; cars and all that it has no word for are Misc."""
    key = "".join(filter(str.isalnum, name.casefold()))
    found = _KEYS.get(key) or _KEYS.get(key.removesuffix("s")) or _ALIKE.get(key, ELSEWHERE)
    return found, CATEGORIES.index(found) + 1


def status_of(result: str, came_back_on: datetime.date | None) -> str:
    """The repair status of an outcome. What helped partly can be repaired; of a failure nobody knows."""
    if came_back_on is not None:
        return "Unknown"
    return {"worked": "Fixed", "partly": "Repairable"}.get(result, "Unknown")
