"""The face of the service for EHRs that speak CDS Hooks."""
