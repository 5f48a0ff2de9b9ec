"""Pure estimation: from each patient's sessions and scores to figures with intervals."""
