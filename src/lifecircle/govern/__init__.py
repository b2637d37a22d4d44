"""The platform: records, rights, jobs and pages over the rooms below. A Django project."""
