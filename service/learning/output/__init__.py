"""What is written of a site: estimates, overlays, a report with its plots."""
