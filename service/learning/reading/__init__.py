"""Courses from a file, read as strictly as requests: NDJSON or a long table."""
