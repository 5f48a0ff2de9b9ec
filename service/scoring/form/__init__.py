"""A form as it was sent: read with every fault, its skips, its quality, and the working of its
scores.
"""
