"""The score card of one completed form."""

from service.chart.card.drawing import draw_card

__all__ = ["draw_card"]
