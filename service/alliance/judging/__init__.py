"""A course judged session by session: findings, signals, episodes."""
