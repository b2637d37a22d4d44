"""The map that people open: a folder of classic scripts, no server needed."""
