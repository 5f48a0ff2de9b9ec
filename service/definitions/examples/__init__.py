"""The worked cases of a definition: run, and asked what they would notice."""
