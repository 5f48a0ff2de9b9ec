"""What is written about the service: OpenAPI, JSON Schema, instrument pages. Never served."""
