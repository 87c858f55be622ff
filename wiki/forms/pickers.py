"""Product and component pickers, which every form that asks for a product shares."""

from products.pickers import PickerMixin, find_components, find_products

__all__ = ["PickerMixin", "find_components", "find_products"]
