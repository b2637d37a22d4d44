"""Coordinate systems: zones, datums, and whether they fit the streets."""
