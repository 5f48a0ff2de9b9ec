"""What a site's own courses say: estimates, overlays, a report (`python -m service learn`)."""
