"""What US rules ask to be told of evidence-based decision support, of each instrument and rule."""
