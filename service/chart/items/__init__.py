"""The answers of a course, item by item."""

from service.chart.items.matrix import draw_items

__all__ = ["draw_items"]
