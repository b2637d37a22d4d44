"""The calendar of working days: holidays and the weekends that are worked instead."""
