"""Payloads of other tools, scored through mappings."""
