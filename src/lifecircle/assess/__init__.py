"""Judgement: a pure function of a pack, a `City`, a `Network` and a date to findings."""
