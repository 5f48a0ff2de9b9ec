"""A scored form as FHIR resources."""
