"""Drawings as SVG text, from finished reports and nothing else."""
