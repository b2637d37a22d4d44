"""The door for ODK Collect."""
