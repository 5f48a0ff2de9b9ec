"""What the members of a mapping say of each other and of the instrument."""
