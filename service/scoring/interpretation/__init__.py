"""What scores and answers mean: precision, norms, bands, cut-offs, change, criteria, flags."""
