"""Definition files: JSON in the form of docs/definition-format.md, checked and built into scoring
instruments.
"""
