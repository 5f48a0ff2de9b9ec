"""Answers that are drawings."""
