"""Somebody else's payloads as answers of our instruments, by declarative mappings."""
