"""Score expressions of FHIRPath beside this project: what each makes of forms that are not whole,
and what a form costs.
"""
