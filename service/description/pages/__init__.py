"""Pages about instruments, written from their definitions: the numbers, where they come from, what
is not known.
"""
