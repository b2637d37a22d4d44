"""Reads every byte of the outside and hands on validated tables gathered as a `City`."""
