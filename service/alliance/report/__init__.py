"""What is said of a judged course."""
