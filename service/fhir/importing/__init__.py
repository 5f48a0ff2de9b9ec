"""A Questionnaire as the draft of a definition."""
