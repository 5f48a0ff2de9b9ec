"""Every speed that the project claims, as a ratio measured in one run: `python -m
benchmarks.NAME`.
"""
