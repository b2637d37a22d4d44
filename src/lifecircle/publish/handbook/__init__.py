"""Writes the handbook: which services people reach on foot, for each community and the city."""
