"""What a caller sent in FHIR, read into forms of our instruments."""
