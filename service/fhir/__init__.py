"""The same scores in the words of HL7 FHIR R4: resources in, resources out, as plain dicts."""
