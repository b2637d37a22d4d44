"""The audit: every change in an append-only chain of hashes."""
