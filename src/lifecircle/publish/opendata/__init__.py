"""Open data: what the public may have, in files that describe themselves."""
