"""Personal data: the one place where they stand, locked, masked and for a time."""
