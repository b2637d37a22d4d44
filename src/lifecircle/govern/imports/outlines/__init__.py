"""Outlines of areas brought in as a file: dated rows of `areas`, no versions of records."""
