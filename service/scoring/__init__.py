"""The scoring engine.

Pure: standard library only, no I/O, no clock, no randomness, no logging, no web framework.
`tests/test_architecture.py` enforces it.
"""
