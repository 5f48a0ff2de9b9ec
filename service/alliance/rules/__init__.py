"""The rules of the battery: one function each, and the record that describes it."""
