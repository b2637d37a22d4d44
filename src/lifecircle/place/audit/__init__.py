"""Looks over a whole city for what no single file can show."""
