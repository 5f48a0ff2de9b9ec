"""What surrounds every request: the edge, metrics, logs."""
