"""Questionnaire scoring service: therapeutic alliance and outcome measures, scored from JSON
definitions.
"""

__version__ = "0.2.0"
