"""Signed tokens (JWT): reading one, its claims, its signature, and whom the service trusts."""
