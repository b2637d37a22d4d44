"""A city as it would be."""
