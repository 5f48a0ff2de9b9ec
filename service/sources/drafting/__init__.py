"""A sample of somebody else's payloads, or the design of a form, as the draft of a mapping."""
