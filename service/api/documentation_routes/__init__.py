"""The routes of what is written about the service."""
