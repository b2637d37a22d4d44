"""The API as it describes itself."""
