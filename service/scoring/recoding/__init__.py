"""What answers are worth that are no item scores as they stand: clock times, steps, ratios."""
