"""Whole tables at once: the same scores as one form at a time gives, column by column."""
