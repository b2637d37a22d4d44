"""The API: one description, and writes that may be sent again without harm."""
