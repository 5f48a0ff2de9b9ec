"""Many forms, or many courses, in one request: one line each, in and out."""
