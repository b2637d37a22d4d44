"""Ways on foot, what lies between, and heights."""
