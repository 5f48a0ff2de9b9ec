"""From a record batch of answers to a record batch of scores."""
