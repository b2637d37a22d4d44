"""Accounts, roles as data and grants of a role over an area for a time."""
