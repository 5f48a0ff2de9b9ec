"""What the FHIR face says of itself and of the instruments: resources that are read, not made."""
