"""Wordings in the language of a reader."""
