"""Builds the manual: the pages of `docs/` as a site that needs nothing else, in one file."""
