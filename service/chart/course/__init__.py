"""The chart of a course of treatment."""

from service.chart.course.drawing import draw_course

__all__ = ["draw_course"]
