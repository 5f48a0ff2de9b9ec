"""The words and codes of the service that are fixed: its id, hooks, topics and override reasons."""

SERVICE = "alliance-monitor"
SPECIFICATION = "2.0.1"
"""Version of the CDS Hooks specification that is followed."""
HOOKS = {"patient-view": "1.0", "encounter-start": "1.0"}
"""The hooks, each with its published version."""
ENCOUNTER_START = "encounter-start"

ALLIANCE, SAFETY, DATA = "alliance", "safety", "course-data"
TOPICS = {
    ALLIANCE: "Working alliance",
    SAFETY: "Safety item",
    DATA: "Completeness of the course",
}

OVERRIDE_SYSTEM = "override-reasons"
OVERRIDE_REASONS = ("already-discussed", "expected", "data-wrong", "not-relevant")
"""Why a card may be set aside. The codes never change meaning: feedback is counted by them."""

ACCEPTED, OVERRIDDEN = "accepted", "overridden"
NO_REASON, OTHER = "none", "other"
