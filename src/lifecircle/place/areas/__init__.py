"""Communities, and how areas change."""
