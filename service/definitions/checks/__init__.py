"""What the members of a definition say of each other."""
