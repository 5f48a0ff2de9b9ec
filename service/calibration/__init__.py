"""Simulated courses that tell how often the alert rules are wrong, and how often right.

Reached only by `python -m service calibrate`: it writes the constants that `service.alliance.rates`
looks up, the page docs/calibration.md and its plot. The courses are judged by the engine that
judges real ones.
"""
