"""What one request can buy at most: the worst bodies of each kind, each in a process of its own."""
