"""Who may call: what a caller may do, the credential of a request, keys and their file."""
