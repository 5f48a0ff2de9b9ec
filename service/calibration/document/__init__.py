"""What is written of the simulated rates: a page, its plot and its words."""
