"""Writes plans: demand list, claims, actions, promises, one plan per community, a page."""
