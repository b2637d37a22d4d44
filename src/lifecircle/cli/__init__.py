"""The `lifecircle` command: thin; it reads options, calls the rooms, and shows what they say."""
