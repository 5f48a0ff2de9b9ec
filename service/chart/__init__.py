"""The chart of a course of treatment: SVG text from the finished report, nothing else."""

from service.chart.course import draw_course

__all__ = ["draw_course"]
