"""Layers for everybody, by their standard."""
