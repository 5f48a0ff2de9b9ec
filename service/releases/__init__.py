"""The definitions in force as a whole: their manifest, and loading them anew while they serve."""
