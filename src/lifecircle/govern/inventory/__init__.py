"""The inventory: facilities with their rooms and functions, estates, spaces. The first module."""
