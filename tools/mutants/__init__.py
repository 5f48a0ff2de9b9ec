"""Errors put into the engine, one at a time, to see whether a test notices."""
