"""Proof under stress: a real gunicorn is driven, disturbed and killed, and what it did is written
into docs/reliability.md. See `python -m benchmarks.stress --help`.
"""
