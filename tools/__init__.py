"""What looks at the code itself: how it is built, and whether its tests would notice an error."""
