"""The HTTP edge: each view parses, calls one function and dumps. No arithmetic here, no status
codes further in.
"""
