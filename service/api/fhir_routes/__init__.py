"""The FHIR face of the service: the same scores as resources of R4."""
