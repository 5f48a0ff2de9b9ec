"""CDS Hooks: what the alert rules say of a course, as cards in an EHR, as plain dicts."""
