"""One way in: files and writes through staging, checks, a difference, a commit."""
