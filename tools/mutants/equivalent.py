"""Errors that change nothing anybody could see, and why.

A mutant is known by its module, its function, the start of its statement, what is changed and what
it becomes, and how many like it come before; never by a line number. `make mutants` prints all that
for a mutant that survives. Only a survivor for which no test can be written belongs here.
"""

from tools.mutants.mutations import Mutant

EQUIVALENT: dict[Mutant, str] = {}
