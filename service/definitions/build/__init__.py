"""From a checked definition to the objects of the scoring engine."""
