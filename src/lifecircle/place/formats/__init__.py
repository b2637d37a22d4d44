"""Files of the outside, read and written."""
