"""Records and their versions: every change keeps what was before it."""
