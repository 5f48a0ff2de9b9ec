"""What a score is compared with: its scale, its error, its earlier sessions."""
