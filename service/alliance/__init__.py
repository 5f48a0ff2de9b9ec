"""Watching a course of treatment: what the alliance did from session to session, and how sure that
is.

Standard library and the scoring engine only: no input or output, clock, randomness or logging.
"""
