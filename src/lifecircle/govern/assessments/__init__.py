"""Runs of the assessment: made by a job, kept with their manifest, compared."""
